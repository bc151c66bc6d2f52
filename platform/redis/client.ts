import { Redis } from "@upstash/redis/cloudflare";

export type { Redis };

/** Longest a command may take, all its retries together. */
export const redisDeadline_ms = 2_000;
const retryBackoff_ms = 50;

/** How long a client tries. */
export interface RedisPatience {
  /** Longest a command may take, all its retries together. */
  readonly deadline_ms: number;
  /** Tries after the first, for network errors only. */
  readonly retries_max: number;
}

const defaultPatience: RedisPatience = { deadline_ms: redisDeadline_ms, retries_max: 1 };
/** For a cache, which goes on without Redis sooner than it would try again. */
export const cachePatience: RedisPatience = { deadline_ms: 1_000, retries_max: 0 };

/**
 * The Redis client: commands over HTTP, no connection held. One for each isolate, because it keeps
 * nothing of a request.
 *
 * Auto-pipelining stays off: it would put commands of different requests into one fetch, which the
 * Workers runtime forbids. Retries answer network errors only and are bounded, as is each command.
 * @throws an error of the client's own on any failure. Its message repeats the command with its
 *   arguments, so it must never be logged nor sent to anybody.
 */
export function createRedis(
  address: { readonly url: string; readonly token: string },
  patience: RedisPatience = defaultPatience,
): Redis {
  return new Redis({
    url: address.url,
    token: address.token,
    enableTelemetry: false,
    enableAutoPipelining: false,
    retry: { retries: patience.retries_max, backoff: () => retryBackoff_ms },
    signal: () => AbortSignal.timeout(patience.deadline_ms),
  });
}
