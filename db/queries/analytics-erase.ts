import { type SQL, sql } from "drizzle-orm";
import { envs } from "../../protocol/analytics/event.ts";
import type { Db } from "../client.ts";
import { levelColumns, weekOf } from "./analytics-level-sums.ts";
import { lockAnalytics } from "./analytics-rollup.ts";

export interface PlayerErasureRow {
  readonly id: string;
  readonly erased_ms: number;
  readonly rows: Readonly<Record<string, number>>;
}

type Erased = { readonly rows: Readonly<Record<string, number>> };

/** The UTC day of a moment in milliseconds. */
const dayOf = (moment: string) => sql.raw(`(date '1970-01-01' + (${moment} / 86400000)::integer)`);

/**
 * Forgets a player of a game, live and in the sandbox, in one transaction: events, sessions, days and
 * levels are deleted, and roll-ups lowered by what went, so that a recount still equals them. Revenue
 * stays for the books, without player, session and props. Notes the player's hash, by which buffers'
 * events that were received before are left out. Doing it again deletes what came since, and no more.
 * @param receiptId names the receipt
 * @returns rows by table
 */
export async function erasePlayer(
  db: Db,
  gameId: string,
  playerId: string,
  receiptId: string,
  now_ms: number,
): Promise<PlayerErasureRow> {
  const [first, ...rest] = envs.map((env) => lockAnalytics(db, { gameId, env }));
  if (first === undefined) throw new Error("there is no place to erase from");
  const erase = db.execute<Erased>(eraseStatement(gameId, playerId, receiptId, now_ms));
  const results = await db.batch([first, ...rest, erase]);
  const { rows } = results.at(-1) as Awaited<typeof erase>;
  return { id: receiptId, erased_ms: now_ms, rows: rows[0]?.rows ?? {} };
}

function eraseStatement(gameId: string, playerId: string, receiptId: string, now_ms: number): SQL {
  // Both places are named, so that indexes find the player.
  const own = sql`game_id = ${gameId}::text and env in ('live', 'sandbox')
    and player_id = ${playerId}::text`;
  return sql`
    with events as (
      delete from analytics_event where ${own}
      returning env, day, kind, level, status, duration_ms, score
    ),
    sessions as (
      delete from analytics_session where ${own} returning env, day, last_ms - started_ms as length_ms
    ),
    players as (delete from analytics_player where ${own} returning env, first_day as day),
    player_days as (delete from analytics_player_day where ${own} returning env, day),
    player_levels as (
      delete from analytics_player_level where ${own}
      returning env, level, started_ms, completed_ms, win_attempt
    ),
    revenue as (
      update analytics_revenue set player_id = null, session_id = null, props = null
      where ${own} returning 1
    ),
    ${lowerDays(gameId)},
    ${lowerLevels(gameId)},
    gone as (
      select json_build_object(
        'analytics_event', (select count(*) from events),
        'analytics_session', (select count(*) from sessions),
        'analytics_player', (select count(*) from players),
        'analytics_player_day', (select count(*) from player_days),
        'analytics_player_level', (select count(*) from player_levels),
        'analytics_revenue', (select count(*) from revenue)) as rows
    )
    insert into analytics_erasure (id, game_id, player_hash, erased_ms, rows)
    select ${receiptId}::text, ${gameId}::text,
      encode(sha256(convert_to(${playerId}::text, 'UTF8')), 'hex'), ${now_ms}::bigint, rows::jsonb
    from gone
    returning rows`;
}

function lowerDays(gameId: string): SQL {
  return sql`
    day_moves as (
      select env, day, count(*) as events, count(*) filter (where kind = 'error') as errors,
        0 as players, 0 as new_players, 0 as sessions, 0 as session_ms
      from events group by env, day
      union all select env, day, 0, 0, 1, 0, 0, 0 from player_days
      union all select env, day, 0, 0, 0, 1, 0, 0 from players
      union all select env, day, 0, 0, 0, 0, count(*), sum(length_ms) from sessions group by env, day
    ),
    day_sums as (
      select env, day, sum(events) as events, sum(errors) as errors, sum(players) as players,
        sum(new_players) as new_players, sum(sessions) as sessions, sum(session_ms) as session_ms
      from day_moves group by env, day
    ),
    days as (
      update analytics_day d set events = d.events - s.events, errors = d.errors - s.errors,
        players = d.players - s.players, new_players = d.new_players - s.new_players,
        sessions = d.sessions - s.sessions, session_ms = d.session_ms - s.session_ms
      from day_sums s where d.game_id = ${gameId}::text and d.env = s.env and d.day = s.day
    )`;
}

function lowerLevels(gameId: string): SQL {
  const lowered = levelColumns((column) => `${column} = d.${column} - s.${column}`);
  return sql`
    level_moves as (
      select env, day, level, count(*) filter (where status = 'start') as starts,
        count(*) filter (where status = 'complete') as completes,
        count(*) filter (where status = 'fail') as fails,
        count(*) filter (where status = 'quit') as quits,
        coalesce(sum(duration_ms), 0) as duration_ms, count(duration_ms) as timed,
        coalesce(sum(score) filter (where status = 'complete'), 0) as score,
        count(score) filter (where status = 'complete') as scored,
        0 as players, 0 as passed, 0 as winners, 0 as win_attempts
      from events where kind = 'level' group by env, day, level
      union all select env, ${dayOf("started_ms")}, level, 0, 0, 0, 0, 0, 0, 0, 0, 1,
          (completed_ms is not null)::int, 0, 0
        from player_levels where started_ms is not null
      union all select env, ${dayOf("completed_ms")}, level, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
          win_attempt
        from player_levels where completed_ms is not null
    ),
    level_sums as (
      select env, day, level, ${levelColumns((column) => `sum(${column}) as ${column}`)}
      from level_moves group by env, day, level
    ),
    level_days as (
      update analytics_level_day d set ${lowered}
      from level_sums s
      where d.game_id = ${gameId}::text and d.env = s.env and d.day = s.day and d.level = s.level
    ),
    level_week_sums as (
      select env, ${sql.raw(weekOf("day"))} as week, level,
        ${levelColumns((column) => `sum(${column}) as ${column}`)}
      from level_sums group by env, week, level
    ),
    level_weeks as (
      update analytics_level_week d set ${lowered}
      from level_week_sums s
      where d.game_id = ${gameId}::text and d.env = s.env and d.week = s.week and d.level = s.level
    )`;
}

/** The receipt with this id among those of a game. */
export async function findPlayerErasure(
  db: Db,
  gameId: string,
  id: string,
): Promise<PlayerErasureRow | undefined> {
  const { rows } = await db.execute<{
    id: string;
    erased_ms: number;
    rows: Record<string, number>;
  }>(sql`select id, erased_ms::float8 as erased_ms, rows from analytics_erasure
    where game_id = ${gameId} and id = ${id}`);
  return rows[0];
}
