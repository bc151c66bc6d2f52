import type { CacheName } from "./table.ts";

/**
 * How a read ended. Each read counts exactly one:
 * - `hit`: a fresh value from Redis
 * - `stale`: one past its time, while it is fetched anew
 * - `miss`: Redis had none; it was loaded, by this read or by one it waited for
 * - `bypass`: loaded without the cache: Redis is given a rest, the key or its tags are beyond the
 *   limits, or the value is too large to be kept
 * - `error`: loaded because Redis failed, was late or answered rubbish
 */
export type CacheOutcome = "hit" | "stale" | "miss" | "bypass" | "error";

/** Where reads are counted; a meter is one. Called on the path of a request: it must neither throw nor wait. */
export interface CacheCounter {
  cached(name: CacheName, outcome: CacheOutcome): void;
}

export type CacheCounts = Partial<Record<CacheName, Partial<Record<CacheOutcome, number>>>>;

/** A counter in memory: one number for each name and outcome. */
export function createCacheCounts(): CacheCounter & { readonly counts: CacheCounts } {
  const counts: CacheCounts = {};
  return {
    counts,
    cached: (name, outcome) => {
      const ofName = counts[name] ?? {};
      counts[name] = ofName;
      ofName[outcome] = (ofName[outcome] ?? 0) + 1;
    },
  };
}
