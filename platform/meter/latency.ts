/** Upper bounds of the latency buckets, in milliseconds; above the last there is one more bucket. */
export const latencyBounds_ms = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000] as const;
export const latencyBuckets = latencyBounds_ms.length + 1;

/** The bucket a duration falls into: the first whose bound it does not exceed. */
export function bucketOf(duration_ms: number): number {
  const index = latencyBounds_ms.findIndex((bound_ms) => duration_ms <= bound_ms);
  return index === -1 ? latencyBounds_ms.length : index;
}

/**
 * The quantile of a histogram, as Prometheus's `histogram_quantile` estimates it: linear within the
 * bucket it falls into, and the last bound for whatever lies beyond.
 * @param counts how many fell into each bucket
 * @param quantile from 0 to 1
 * @returns milliseconds, or null of an empty histogram
 */
export function quantile_ms(counts: readonly number[], quantile: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = quantile * total;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    const upper_ms = latencyBounds_ms[bucket];
    if (upper_ms === undefined) break;
    if (count > 0 && below + count >= rank) {
      const lower_ms = latencyBounds_ms[bucket - 1] ?? 0;
      return lower_ms + (upper_ms - lower_ms) * Math.max(0, (rank - below) / count);
    }
    below += count;
  }
  return latencyBounds_ms[latencyBounds_ms.length - 1] ?? null;
}
