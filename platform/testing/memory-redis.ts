import type { LimiterRedis } from "../ratelimit/limiter.ts";

/**
 * As much of Redis as the rate limiter uses, in memory, for tests: `evalsha` does what the
 * scripts of the windows do, which are told apart by their keys, for whatever hash it is given.
 */
export function memoryRedis(): LimiterRedis {
  const counts = new Map<string, number>();
  const evalsha = async (_sha: string, keys: string[], args: unknown[]) =>
    windowScript(counts, keys, args.map(Number));
  return { evalsha, get: async () => null, set: async () => "OK" } as LimiterRedis;
}

/** One call of either script: that of a fixed window has one key, that of a sliding one two. */
export function windowScript(
  counts: Map<string, number>,
  keys: readonly string[],
  args: readonly number[],
): [number, number] {
  return keys.length === 1 ? fixedWindow(counts, keys, args) : slidingWindow(counts, keys, args);
}

/**
 * One call of the fixed-window script.
 * @param args limit, window in ms, increment
 * @returns requests so far, and the limit
 */
function fixedWindow(
  counts: Map<string, number>,
  [present = ""]: readonly string[],
  [limit = 0, , increment = 1]: readonly number[],
): [number, number] {
  const used = (counts.get(present) ?? 0) + increment;
  counts.set(present, used);
  return [used, limit];
}

/**
 * One call of the sliding-window script.
 * @param keys the present window's key and the last one's
 * @param args limit, now in ms, window in ms, increment
 * @returns requests left, -1 when refused, and the limit
 */
function slidingWindow(
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
