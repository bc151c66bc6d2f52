import { Redis } from "ioredis";

const answer_ms_max = 1_000;

/**
 * Ends a script or function that keeps a Redis from answering anybody. Does nothing to one that is
 * not running any.
 * @returns whether Redis is still held up because the script has written and so cannot be ended
 */
export async function endRunawayScript(url: string): Promise<boolean> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    retryStrategy: () => null,
    connectTimeout: answer_ms_max,
    commandTimeout: answer_ms_max,
    disconnectTimeout: 100,
  });
  redis.on("error", () => {}); // told by the calls below
  try {
    await redis.connect();
    const outcomes = await Promise.allSettled([
      redis.call("SCRIPT", "KILL"),
      redis.call("FUNCTION", "KILL"),
    ]);
    return outcomes.some(
      (outcome) => outcome.status === "rejected" && String(outcome.reason).includes("UNKILLABLE"),
    );
  } catch {
    return false; // not even reachable: then it is no script that holds it up
  } finally {
    redis.disconnect();
  }
}
