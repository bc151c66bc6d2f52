import { z } from "zod";

/**
 * Upper bounds of the buckets that |drift| is counted in, in milliseconds; one more bucket takes
 * what lies beyond the last. Room, browser and HTTP route count in the same ones, so that they add up.
 */
export const driftBounds_ms = [
  2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 250, 500, 1_000, 2_000,
] as const;
export const driftBuckets = driftBounds_ms.length + 1;

/** What lies beyond the last bound is taken for this much. */
const beyond_ms = 5_000;
/** A page looks a few times a second and reports every 30 s, or after hours of silence. */
const count_max = 1_000_000;
const rtt_ms_max = 60_000;

const count = z.number().int().min(0).max(count_max);

/** What a page noticed since its last report. It rides on a message that is sent anyway. */
export const reportSchema = z
  .object({
    /** How often |drift| fell into each bucket; a histogram of `driftBuckets` counts. */
    drift: z.array(count).length(driftBuckets),
    /** Jumps that corrected drift. */
    corrections: count.default(0),
    /** Times the player ran dry. */
    stalls: count.default(0),
    /** Times the page came back to the room after losing it. */
    resumes: count.default(0),
    /** Starts for which the ready gate was closed. */
    gateWaits: count.default(0),
    /** Shortest round trip of the latest probes. */
    rtt_ms: z.number().min(0).max(rtt_ms_max).optional(),
  })
  .meta({ id: "WatchReport" });
export type Report = z.infer<typeof reportSchema>;

/** A histogram with nothing in it. */
export function noDrift(): number[] {
  return Array.from({ length: driftBuckets }, () => 0);
}

/** The bucket that a drift falls into. */
export function driftBucketOf(drift_ms: number): number {
  const size_ms = Math.abs(drift_ms);
  const bucket = driftBounds_ms.findIndex((bound_ms) => size_ms <= bound_ms);
  return bucket < 0 ? driftBounds_ms.length : bucket;
}

/** Two histograms together; a count never grows past what numbers hold exactly. */
export function addDrift(a: readonly number[], b: readonly number[]): number[] {
  return noDrift().map((_, bucket) =>
    Math.min((a[bucket] ?? 0) + (b[bucket] ?? 0), Number.MAX_SAFE_INTEGER),
  );
}

/**
 * The drift that a share of all looks does not exceed, never told smaller than it was: the upper
 * bound of the bucket in which that share is reached.
 * @param share from 0 to 1, 0.95 for the 95th percentile
 * @returns milliseconds, or null when nothing was counted
 */
export function driftPercentile_ms(drift: readonly number[], share: number): number | null {
  const total = drift.reduce((sum, counted) => sum + counted, 0);
  if (total === 0) return null;
  const wanted = Math.max(1, Math.ceil(total * share));
  let seen = 0;
  for (const [bucket, counted] of drift.entries()) {
    seen += counted;
    if (seen >= wanted) return driftBounds_ms[bucket] ?? beyond_ms;
  }
  return beyond_ms;
}

/** The percentiles that statistics show, in milliseconds; null while nothing was reported. */
export const driftSummarySchema = z.object({
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
  p99_ms: z.number().nullable(),
});
export type DriftSummary = z.infer<typeof driftSummarySchema>;

export function summarizeDrift(drift: readonly number[]): DriftSummary {
  return {
    p50_ms: driftPercentile_ms(drift, 0.5),
    p95_ms: driftPercentile_ms(drift, 0.95),
    p99_ms: driftPercentile_ms(drift, 0.99),
  };
}
