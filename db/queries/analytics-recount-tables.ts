import { type SQL, sql } from "drizzle-orm";
import { levelColumns, levelCounters, weekOf } from "./analytics-level-sums.ts";
import type { AnalyticsPlace } from "./analytics-rollup.ts";

/** A table that can be counted anew from others. */
export interface CountedTable {
  readonly table: string;
  /** The primary key behind game_id and env. */
  readonly keys: readonly string[];
  readonly columns: readonly string[];
  /** The rows it should have: keys and columns. */
  readonly counted: SQL;
  /** Whether columns are sums, so that a row of zeros says the same as no row. */
  readonly zeros: boolean;
}

/** The UTC day of a moment in milliseconds. */
const dayOf = (moment: string) => sql.raw(`(date '1970-01-01' + (${moment} / 86400000)::integer)`);

/**
 * How each table follows from others, in the order in which they follow. These are the definitions;
 * the statement that takes events in (analytics-rollup.ts) reaches the same by differences.
 * @param rawFrom the first day whose raw events and sessions are all there; what they told of days
 *   before is taken from the table itself
 */
export function countedTables(place: AnalyticsPlace, rawFrom: string): readonly CountedTable[] {
  const here = sql`game_id = ${place.gameId}::text and env = ${place.env}::text`;
  const from = sql`${rawFrom}::date`;
  return [
    playerDays(here, from),
    players(here),
    playerLevels(here, from, Date.parse(rawFrom)),
    days(here, from),
    levelDays(here, from),
    levelWeeks(here),
    revenueDays(here),
  ];
}

function playerDays(here: SQL, from: SQL): CountedTable {
  return {
    table: "analytics_player_day",
    keys: ["day", "player_id"],
    columns: [],
    zeros: false,
    counted: sql`
      select day, player_id from analytics_event where ${here} and day >= ${from}
      union select day, player_id from analytics_revenue
        where ${here} and day >= ${from} and player_id is not null
      union select day, player_id from analytics_player_day where ${here} and day < ${from}`,
  };
}

function players(here: SQL): CountedTable {
  return {
    table: "analytics_player",
    keys: ["player_id"],
    columns: ["first_day"],
    zeros: false,
    counted: sql`select player_id, min(day) as first_day from analytics_player_day
      where ${here} group by player_id`,
  };
}

/** First starts and first completions: from raw events, unless an earlier one is known already. */
function playerLevels(here: SQL, from: SQL, from_ms: number): CountedTable {
  return {
    table: "analytics_player_level",
    keys: ["level", "player_id"],
    columns: ["started_ms", "completed_ms", "completed_uuid", "win_attempt"],
    zeros: false,
    counted: sql`
      select level, player_id, min(at_ms) filter (where status = 'start') as started_ms,
        (array_agg(at_ms order by at_ms, uuid) filter (where status = 'complete'))[1]
          as completed_ms,
        (array_agg(uuid order by at_ms, uuid) filter (where status = 'complete'))[1]
          as completed_uuid,
        (array_agg(attempt order by at_ms, uuid) filter (where status = 'complete'))[1]
          as win_attempt
      from (
        select level, player_id, status, at_ms, uuid, attempt from analytics_event
        where ${here} and kind = 'level' and day >= ${from}
        union all
        select level, player_id, 'start', started_ms, null, null from analytics_player_level
        where ${here} and started_ms < ${from_ms}::bigint
        union all
        select level, player_id, 'complete', completed_ms, completed_uuid, win_attempt
        from analytics_player_level where ${here} and completed_ms < ${from_ms}::bigint
      ) signs group by level, player_id`,
  };
}

function days(here: SQL, from: SQL): CountedTable {
  return {
    table: "analytics_day",
    keys: ["day"],
    columns: ["events", "errors", "players", "new_players", "sessions", "session_ms"],
    zeros: true,
    counted: sql`
      select day, sum(events) as events, sum(errors) as errors, sum(players) as players,
        sum(new_players) as new_players, sum(sessions) as sessions, sum(session_ms) as session_ms
      from (
        select day, count(*) as events, count(*) filter (where kind = 'error') as errors,
          0 as players, 0 as new_players, 0 as sessions, 0 as session_ms
        from analytics_event where ${here} and day >= ${from} group by day
        union all select day, events, errors, 0, 0, sessions, session_ms from analytics_day
          where ${here} and day < ${from}
        union all select day, 0, 0, count(*), 0, 0, 0 from analytics_player_day
          where ${here} group by day
        union all select first_day, 0, 0, 0, count(*), 0, 0 from analytics_player
          where ${here} group by first_day
        union all select day, 0, 0, 0, 0, count(*), sum(last_ms - started_ms)
          from analytics_session where ${here} and day >= ${from} group by day
      ) parts group by day`,
  };
}

function levelDays(here: SQL, from: SQL): CountedTable {
  return {
    table: "analytics_level_day",
    keys: ["day", "level"],
    columns: levelCounters,
    zeros: true,
    counted: sql`
      select day, level, ${levelColumns((column) => `sum(${column}) as ${column}`)}
      from (
        select day, level, count(*) filter (where status = 'start') as starts,
          count(*) filter (where status = 'complete') as completes,
          count(*) filter (where status = 'fail') as fails,
          count(*) filter (where status = 'quit') as quits,
          coalesce(sum(duration_ms), 0) as duration_ms, count(duration_ms) as timed,
          coalesce(sum(score) filter (where status = 'complete'), 0) as score,
          count(score) filter (where status = 'complete') as scored,
          0 as players, 0 as passed, 0 as winners, 0 as win_attempts
        from analytics_event where ${here} and kind = 'level' and day >= ${from} group by day, level
        union all select day, level, starts, completes, fails, quits, duration_ms, timed, score,
          scored, 0, 0, 0, 0 from analytics_level_day where ${here} and day < ${from}
        union all select ${dayOf("started_ms")}, level, 0, 0, 0, 0, 0, 0, 0, 0, count(*),
          count(completed_ms), 0, 0 from analytics_player_level where ${here} and started_ms is not null group by 1, 2
        union all select ${dayOf("completed_ms")}, level, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*),
          sum(win_attempt) from analytics_player_level
          where ${here} and completed_ms is not null group by 1, 2
      ) parts group by day, level`,
  };
}

function levelWeeks(here: SQL): CountedTable {
  return {
    table: "analytics_level_week",
    keys: ["week", "level"],
    columns: levelCounters,
    zeros: true,
    counted: sql`
      select ${sql.raw(weekOf("day"))} as week, level,
        ${levelColumns((column) => `sum(${column}) as ${column}`)}
      from analytics_level_day where ${here} group by 1, level`,
  };
}

function revenueDays(here: SQL): CountedTable {
  return {
    table: "analytics_revenue_day",
    keys: ["day", "currency"],
    columns: ["purchases", "purchased_minor", "refunds", "refunded_minor", "verified_minor"],
    zeros: true,
    counted: sql`
      select day, currency, count(*) filter (where type = 'purchase') as purchases,
        coalesce(sum(amount_minor) filter (where type = 'purchase'), 0) as purchased_minor,
        count(*) filter (where type = 'refund') as refunds,
        coalesce(sum(amount_minor) filter (where type = 'refund'), 0) as refunded_minor,
        coalesce(sum(amount_minor) filter (where type = 'purchase' and verified), 0)
          as verified_minor
      from analytics_revenue where ${here} group by day, currency`,
  };
}
