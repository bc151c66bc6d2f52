import { clockLimits } from "../../protocol/analytics/limits.ts";
import type { AnalyticsGameRow } from "../schema/analytics.ts";
import { retentions } from "./analytics-partition.ts";
import type { AnalyticsPlace } from "./analytics-rollup.ts";

const day_ms = 86_400_000;
const sandbox_days = 7;
/** What no game keeps raw events shorter than. */
const days_min = Math.min(...retentions.filter((days) => days > 0));

/**
 * The first day from which on every raw event and every session of a place is still there. A game's
 * row knows how long it keeps them and how long it did before its last change, and not since when
 * before that: earlier days count as kept for the shortest time there is. So this may be later than
 * it had to be, and is never too early.
 * @returns `YYYY-MM-DD`
 */
export function completeFrom(
  {
    retentionDays,
    retentionDaysBefore,
    retentionFrom,
  }: Pick<AnalyticsGameRow, "retentionDays" | "retentionDaysBefore" | "retentionFrom">,
  env: AnalyticsPlace["env"],
  now_ms: number,
): string {
  const today = Math.floor(now_ms / day_ms);
  const dateOf = (day: number) => new Date(day * day_ms).toISOString().slice(0, 10);
  if (env === "sandbox") return dateOf(today - sandbox_days);
  // A change is always to another time, so a game with one time never changed it.
  if (retentionDays === retentionDaysBefore) return dateOf(today - retentionDays);
  const changed = Date.parse(retentionFrom) / day_ms;
  // A change waits until no event that is taken in can be older than the one before.
  const changedBefore_max = changed - Math.floor(clockLimits.past_ms_max / day_ms) - 1;
  const spans = [
    { from: changed, kept_days: retentionDays },
    { from: changedBefore_max, kept_days: retentionDaysBefore },
    { from: Number.NEGATIVE_INFINITY, kept_days: days_min },
  ];
  // Backwards from today: as long as a span is there to its first day, the one before it counts too.
  let first = today;
  for (const { from, kept_days } of spans) {
    if (first < from) continue;
    first = Math.min(first, Math.max(from, today - kept_days));
    if (first > from) break;
  }
  return dateOf(first);
}
