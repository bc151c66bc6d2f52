import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { levelColumns, levelRows } from "./analytics-level-sums.ts";
import type { AnalyticsPlace } from "./analytics-rollup.ts";

/** Days of a report, both included, as `YYYY-MM-DD`. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** The condition that a row of a roll-up belongs to a place and a range of days. */
export function inRange({ gameId, env }: AnalyticsPlace, { from, to }: DayRange): SQL {
  return sql`game_id = ${gameId} and env = ${env} and day between ${from}::date and ${to}::date`;
}

/** The roll-up of a day. Numbers are exact up to 2^53. */
export type DayFigures = {
  readonly day: string;
  readonly events: number;
  readonly errors: number;
  readonly players: number;
  readonly newPlayers: number;
  readonly sessions: number;
  readonly session_ms: number;
};

/** The roll-up of a day's revenue in one currency. */
export type RevenueFigures = {
  readonly day: string;
  readonly currency: string;
  readonly purchases: number;
  readonly purchased_minor: number;
  readonly refunds: number;
  readonly refunded_minor: number;
  readonly verified_minor: number;
};

export const dayColumns = sql.raw(`to_char(day, 'YYYY-MM-DD') as day, events::float8 as events,
  errors::float8 as errors, players::float8 as players, new_players::float8 as "newPlayers",
  sessions::float8 as sessions, session_ms::float8 as session_ms`);

export const revenueDayColumns = sql.raw(`to_char(day, 'YYYY-MM-DD') as day, currency,
  purchases::float8 as purchases, purchased_minor::float8 as purchased_minor,
  refunds::float8 as refunds, refunded_minor::float8 as refunded_minor,
  verified_minor::float8 as verified_minor`);

/** Days that have anything, and their revenue. One round trip over two primary keys. */
export async function readDays(db: Db, place: AnalyticsPlace, range: DayRange) {
  const [days, revenue] = await db.batch([
    db.execute<DayFigures>(sql`
      select ${dayColumns} from analytics_day where ${inRange(place, range)} order by analytics_day.day`),
    db.execute<RevenueFigures>(sql`
      select ${revenueDayColumns} from analytics_revenue_day where ${inRange(place, range)}
      order by analytics_revenue_day.day, currency`),
  ]);
  return { days: days.rows, revenue: revenue.rows };
}

/** The roll-up of a level, added up over days. */
export type LevelFigures = {
  readonly level: string;
  readonly starts: number;
  readonly completes: number;
  readonly fails: number;
  readonly quits: number;
  readonly duration_ms: number;
  readonly timed: number;
  readonly score: number;
  readonly scored: number;
  readonly players: number;
  readonly passed: number;
  readonly winners: number;
  readonly winAttempts: number;
};

/**
 * Levels over a range, those with the most players first. Whole weeks are read from the roll-up of
 * weeks, the days around them from that of days. One round trip over two primary keys.
 */
export async function readLevels(
  db: Db,
  place: AnalyticsPlace,
  range: DayRange,
  limit: number,
): Promise<readonly LevelFigures[]> {
  const { rows } = await db.execute<LevelFigures>(sql`
    select level, ${levelSelection((name) => `sum(${name})`)}
    from (${levelRows(place, range)}) parts
    group by level order by sum(players) desc, level limit ${limit}::integer`);
  return rows;
}

/** The counters of levels under their names here. @param of makes the value of a column */
export function levelSelection(of: (column: string) => string): SQL {
  return levelColumns(
    (name) => `${of(name)}::float8 as ${name === "win_attempts" ? '"winAttempts"' : name}`,
  );
}

/** Errors of one name. */
export type ErrorFigures = {
  readonly name: string;
  readonly count: number;
  readonly players: number;
  readonly last_ms: number;
  readonly message: string | null;
  readonly appVersion: string | null;
};

/** Errors among the raw events of a range, the most frequent first. One round trip. */
export async function readErrors(
  db: Db,
  place: AnalyticsPlace,
  range: DayRange,
  limit: number,
): Promise<readonly ErrorFigures[]> {
  const { rows } = await db.execute<ErrorFigures>(sql`
    select coalesce(name, 'error') as name, count(*)::float8 as count,
      count(distinct player_id)::float8 as players, max(at_ms)::float8 as last_ms,
      (array_agg(props ->> 'message' order by at_ms desc))[1] as message,
      (array_agg(app_version order by at_ms desc))[1] as "appVersion"
    from analytics_event where ${inRange(place, range)} and kind = 'error'
    group by 1 order by count(*) desc, 1 limit ${limit}::integer`);
  return rows;
}
