import { sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import type { PageOf } from "./analytics-export.ts";
import {
  type DayFigures,
  type DayRange,
  dayColumns,
  inRange,
  type LevelFigures,
  levelSelection,
  type RevenueFigures,
  revenueDayColumns,
} from "./analytics-metrics.ts";
import type { AnalyticsPlace } from "./analytics-rollup.ts";

/** The roll-up of days, a page at a time. */
export function exportDays(db: Db, place: AnalyticsPlace, range: DayRange): PageOf<DayFigures> {
  return async (after, limit) => {
    const further = after === undefined ? sql`` : sql`and d.day > ${after.day}::date`;
    const { rows } = await db.execute<DayFigures>(sql`
      select ${dayColumns} from analytics_day d where ${inRange(place, range)} ${further}
      order by d.day limit ${limit}::integer`);
    return rows;
  };
}

/** The roll-up of a level on a day. */
export type LevelDayFigures = LevelFigures & { readonly day: string };

/** The roll-up of levels by day, a page at a time. */
export function exportLevelDays(
  db: Db,
  place: AnalyticsPlace,
  range: DayRange,
): PageOf<LevelDayFigures> {
  return async (after, limit) => {
    const further =
      after === undefined
        ? sql``
        : sql`and (d.day, d.level) > (${after.day}::date, ${after.level})`;
    const { rows } = await db.execute<LevelDayFigures>(sql`
      select to_char(d.day, 'YYYY-MM-DD') as day, level, ${levelSelection((name) => name)}
      from analytics_level_day d where ${inRange(place, range)} ${further}
      order by d.day, d.level limit ${limit}::integer`);
    return rows;
  };
}

/** The roll-up of revenue by day and currency, a page at a time. */
export function exportRevenueDays(
  db: Db,
  place: AnalyticsPlace,
  range: DayRange,
): PageOf<RevenueFigures> {
  return async (after, limit) => {
    const further =
      after === undefined
        ? sql``
        : sql`and (d.day, d.currency) > (${after.day}::date, ${after.currency})`;
    const { rows } = await db.execute<RevenueFigures>(sql`
      select ${revenueDayColumns} from analytics_revenue_day d
      where ${inRange(place, range)} ${further}
      order by d.day, d.currency limit ${limit}::integer`);
    return rows;
  };
}
