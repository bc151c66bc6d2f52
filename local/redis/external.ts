import type { Engine } from "./engine.ts";
import { gapsOfRedis } from "./gateway/dialect.ts";
import { inspectRedis } from "./inspect.ts";

const answer_ms_max = 5_000;

/**
 * Uses a Redis that somebody else runs.
 * @throws Error with one line that says what is wrong with REDIS_URL and what to do
 */
export async function adoptRedis(redisUrl: string): Promise<Engine> {
  const address = parseRedisUrl(redisUrl);
  const place = `${address.host}${address.pathname.replace(/^\/$/, "")}`;
  try {
    const { version } = await inspectRedis(redisUrl, answer_ms_max);
    return {
      name: `redis ${version} at ${place}`,
      url: redisUrl,
      gaps: gapsOfRedis(version),
      stop: async () => {},
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `REDIS_URL names a Redis at ${place} that cannot be used (${reason}): start it, correct REDIS_URL, or unset REDIS_URL to use an engine of our own`,
    );
  }
}

function parseRedisUrl(redisUrl: string): URL {
  const address = URL.parse(redisUrl);
  const isRedis = address?.protocol === "redis:" || address?.protocol === "rediss:";
  if (address && isRedis && address.hostname !== "") return address;
  throw new Error(
    "REDIS_URL is not of the form redis://[user:password@]host[:port][/database] (or rediss:// for TLS): correct it, or unset it to use an engine of our own",
  );
}
