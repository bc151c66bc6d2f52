import { Redis } from "ioredis";

/** What a Redis says of itself. */
export interface RedisFacts {
  /** As it says it, e.g. `7.0.15`; compatible servers give the version that they are compatible with. */
  readonly version: string;
  readonly pid: number;
}

/**
 * Asks a Redis who it is, over a connection of its own.
 * @param deadline_ms how long all of it may take
 * @throws Error whose message is a system error's code or Redis's own words, without the address
 */
export async function inspectRedis(url: string, deadline_ms: number): Promise<RedisFacts> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    disableClientInfo: true,
    connectTimeout: deadline_ms,
    disconnectTimeout: 100,
    maxRetriesPerRequest: 0,
  });
  let cause: Error | undefined;
  redis.on("error", (error: Error) => {
    cause ??= error;
  });
  const late = setTimeout(() => redis.disconnect(), deadline_ms);
  try {
    await redis.connect();
    const info = await redis.info("server");
    return { version: field(info, "redis_version"), pid: Number(field(info, "process_id")) };
  } catch (error) {
    throw new Error(reason(cause ?? error, deadline_ms));
  } finally {
    clearTimeout(late);
    redis.disconnect();
  }
}

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "unknown";
}

function reason(error: unknown, deadline_ms: number): string {
  if (!(error instanceof Error)) return "unknown failure";
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error.message === "Connection is closed.") return `no answer within ${deadline_ms} ms`;
  return error.message;
}
