import { type SQL, sql } from "drizzle-orm";
import type { DayRange } from "./analytics-metrics.ts";
import type { AnalyticsPlace } from "./analytics-rollup.ts";

const day_ms = 86_400_000;
const week_days = 7;

/** What the roll-ups of levels count, of a day and of a week alike. */
export const levelCounters = [
  ...["starts", "completes", "fails", "quits", "duration_ms", "timed", "score", "scored"],
  ...["players", "passed", "winners", "win_attempts"],
] as const;

/** The columns one after the other, each as `of` makes it. */
export function levelColumns(of: (column: string) => string = (column) => column): SQL {
  return sql.raw(levelCounters.map(of).join(", "));
}

/** The first day of a day's week. Weeks begin every seven days since 1970, on a Thursday. */
export function weekOf(day: string): string {
  return `(${day} - (${day} - date '1970-01-01') % ${week_days})`;
}

/** Days of a range that are whole weeks, and those before and after; both ends are included. */
export interface SplitRange {
  readonly weeks: DayRange | undefined;
  readonly days: readonly DayRange[];
}

/** Splits a range so that as much of it as can be is whole weeks. */
export function splitRange({ from, to }: DayRange): SplitRange {
  const first = Date.parse(from) / day_ms;
  const end = Date.parse(to) / day_ms + 1;
  const weeksFrom = Math.ceil(first / week_days) * week_days;
  const weeksEnd = Math.floor(end / week_days) * week_days;
  if (weeksFrom >= weeksEnd) return { weeks: undefined, days: [{ from, to }] };
  const days: DayRange[] = [];
  if (first < weeksFrom) days.push({ from, to: dateOf(weeksFrom - 1) });
  if (weeksEnd < end) days.push({ from: dateOf(weeksEnd), to });
  return { weeks: { from: dateOf(weeksFrom), to: dateOf(weeksEnd - 1) }, days };
}

const dateOf = (day: number) => new Date(day * day_ms).toISOString().slice(0, 10);

/**
 * The rows of both roll-ups that add up to a range: level and counters. Of ninety days that is a
 * fifth of the rows that the days alone have.
 */
export function levelRows({ gameId, env }: AnalyticsPlace, range: DayRange): SQL {
  const { weeks, days } = splitRange(range);
  const rowsOf = (table: string, column: string, { from, to }: DayRange) => sql`
    select level, ${levelColumns()} from ${sql.raw(table)}
    where game_id = ${gameId} and env = ${env}
      and ${sql.raw(column)} between ${from}::date and ${to}::date`;
  const parts = days.map((part) => rowsOf("analytics_level_day", "day", part));
  if (weeks !== undefined) parts.push(rowsOf("analytics_level_week", "week", weeks));
  return sql.join(parts, sql` union all `);
}
