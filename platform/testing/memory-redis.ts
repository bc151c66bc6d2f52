import type { LimiterRedis } from "../ratelimit/limiter.ts";

/**
 * As much of Redis as the rate limiter uses, in memory, for tests: `evalsha` does what the
 * sliding-window script does, for whatever hash it is given.
 */
export function memoryRedis(): LimiterRedis {
  const counts = new Map<string, number>();
  const evalsha = async (_sha: string, keys: string[], args: unknown[]) =>
    slidingWindow(counts, keys, args.map(Number));
  return { evalsha, get: async () => null, set: async () => "OK" } as LimiterRedis;
}

/**
 * One call of the sliding-window script.
 * @param keys the present window's key and the last one's
 * @param args limit, now in ms, window in ms, increment
 * @returns requests left, -1 when refused, and the limit
 */
export function slidingWindow(
  counts: Map<string, number>,
  [current = "", previous = ""]: readonly string[],
  [limit = 0, now_ms = 0, window_ms = 1, increment = 1]: readonly number[],
): [number, number] {
  const share = 1 - (now_ms % window_ms) / window_ms;
  const before = Math.floor(share * (counts.get(previous) ?? 0));
  const here = counts.get(current) ?? 0;
  if (before + here >= limit) return [-1, limit];
  counts.set(current, here + increment);
  return [limit - (here + increment + before), limit];
}
