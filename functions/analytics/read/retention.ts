import type { RetentionFigures } from "../../../db/queries/analytics-retention.ts";
import type { Cohort, RetentionReport } from "../../../protocol/analytics/reports.ts";
import { share } from "./levels.ts";

const day_ms = 86_400_000;

/**
 * Cohorts by first day. A cohort is too young for an age until the day of that age is over: it then
 * has null there, and no part in the total.
 */
export function retentionOf(
  figures: readonly RetentionFigures[],
  ages: readonly number[],
  now_ms: number,
): RetentionReport {
  const cohorts = [...Map.groupBy(figures, ({ day }) => day)].map(([day, rows]): Cohort => {
    const byAge = new Map(rows.map(({ age, players }) => [age, players]));
    const back = ages.map((age) => (isOver(day, age, now_ms) ? (byAge.get(age) ?? 0) : null));
    return { day, players: byAge.get(0) ?? 0, back };
  });
  const total = ages.map((_age, at) => {
    const old = cohorts.filter(({ back }) => (back[at] ?? null) !== null);
    const players = old.reduce((sum, cohort) => sum + cohort.players, 0);
    const back = old.reduce((sum, cohort) => sum + (cohort.back[at] ?? 0), 0);
    return { players, back, rate: share(back, players) };
  });
  return { ages: [...ages], cohorts, total };
}

function isOver(day: string, age: number, now_ms: number): boolean {
  return Date.parse(day) + (age + 1) * day_ms <= now_ms;
}
