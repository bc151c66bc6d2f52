import { Redis } from "@upstash/redis/cloudflare";

export type { Redis };

/** Longest a command may take, all its retries together. */
export const redisDeadline_ms = 2_000;
const retries_max = 1;
const retryBackoff_ms = 50;

/**
 * The Redis client: commands over HTTP, no connection held. One for each isolate, because it keeps
 * nothing of a request.
 *
 * Auto-pipelining stays off: it would put commands of different requests into one fetch, which the
 * Workers runtime forbids. Retries answer network errors only and are bounded, as is each command.
 * @throws an error of the client's own on any failure. Its message repeats the command with its
 *   arguments, so it must never be logged nor sent to anybody.
 */
export function createRedis(address: { readonly url: string; readonly token: string }): Redis {
  return new Redis({
    url: address.url,
    token: address.token,
    enableTelemetry: false,
    enableAutoPipelining: false,
    retry: { retries: retries_max, backoff: () => retryBackoff_ms },
    signal: () => AbortSignal.timeout(redisDeadline_ms),
  });
}
