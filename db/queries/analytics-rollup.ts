import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { levelColumns, weekOf } from "./analytics-level-sums.ts";

/** A game's live data, or its sandbox. */
export interface AnalyticsPlace {
  readonly gameId: string;
  readonly env: "live" | "sandbox";
}

/** What came of taking in rows. */
export interface IngestResult {
  readonly [column: string]: unknown;
  /** The game's revision; null when there is no such game, or its key does not hold: nothing is kept. */
  readonly revision: number | null;
  /** Raw events that were not there before. */
  readonly events: number;
  /** Uuids of revenue that was not there before. */
  readonly revenue: readonly string[];
  /** When the first of the sessions that these rows leave open was last seen; null for none. */
  readonly open_seen_ms: number | null;
}

/**
 * The statement to stand before any that changes roll-ups, in the same batch: those of one place then
 * run one after another, so that what each reads of the state before it is true, and none waits for
 * another in a circle.
 */
export function lockAnalytics(db: Db, { gameId, env }: AnalyticsPlace) {
  return db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`analytics:${gameId}:${env}`}::text, 0))`,
  );
}

/** The UTC day of a moment in milliseconds. */
const dayOf = (moment: string) => sql.raw(`(date '1970-01-01' + (${moment} / 86400000)::integer)`);

/**
 * Takes in rows and raises every roll-up by what they change, in one statement: a row that was there
 * before changes nothing, so that any rows may be taken in any number of times, in any order. It
 * must follow `lockAnalytics` in one batch.
 *
 * Roll-ups move by differences. A CTE that reads sees the state before the statement, one that
 * writes returns the state after it; what a player's first day, first start or first completion moved
 * by is the one less the other. So a back-dated event takes a new player from one day to an earlier.
 *
 * The day of everything is that of the uuid's own moment, which no retry changes.
 * @param rows JSON text: an array of `EventRow` (protocol/analytics/row.ts)
 * @param keyId if given, nothing is kept unless this write or secret key of the game holds
 */
export function ingestAnalytics(
  db: Db,
  { gameId, env }: AnalyticsPlace,
  rows: string,
  keyId?: string,
) {
  const game = sql`${gameId}::text`;
  const inPlace = (table: string): SQL =>
    sql`${sql.raw(table)}.game_id = ${game} and ${sql.raw(table)}.env = ${env}::text`;
  const place = sql`${game}, ${env}::text`;
  const keyHolds =
    keyId === undefined
      ? sql``
      : sql`and exists (select 1 from analytics_key
          where id = ${keyId} and game_id = ${game} and env = ${env}::text and revoked_at is null)`;

  return db.execute<IngestResult>(sql`
    with game as materialized (
      select revision, retention_days, retention_days_before, retention_from
      from analytics_game where id = ${game} ${keyHolds}
    ),
    input as materialized (
      select x.*, ${dayOf("x.t")} as day,
        case when ${env}::text = 'sandbox' then 0
          when ${dayOf("x.t")} >= game.retention_from then game.retention_days
          else game.retention_days_before end as retention
      from game cross join json_to_recordset(${rows}::json) as x(
        u uuid, k text, t bigint, c bigint, r bigint, p text, s uuid, b bigint, n text,
        l text, ls text, la integer, lc bigint, ld integer, v text, f text, o jsonb,
        rs text, rt text, ry text, ro text, rp text, ra bigint, rc text, rv boolean)
      where not exists (select 1 from analytics_erasure e
        where e.game_id = ${game} and e.erased_ms >= x.r
          and e.player_hash = encode(sha256(convert_to(x.p, 'UTF8')), 'hex'))
    ),
    inserted as (
      insert into analytics_event (game_id, env, day, uuid, retention, kind, name, player_id,
        session_id, at_ms, corrected_ms, received_ms, level, status, attempt, score, duration_ms,
        app_version, platform, props)
      select ${place}, day, u, retention, k, n, p, s, t, c, r, l, ls, la, lc, ld, v, f, o
      from input where k not in ('heartbeat', 'revenue')
      on conflict do nothing
      returning day, kind, player_id, uuid, at_ms, level, status, attempt, score, duration_ms
    ),
    revenue as (
      insert into analytics_revenue (game_id, env, store, transaction_id, uuid, type, refund_of,
        player_id, session_id, product, amount_minor, currency, verified, day, at_ms, received_ms,
        props)
      select ${place}, rs, rt, u, ry, ro, p, s, rp, ra, rc, rv, day, t, r, o
      from input where k = 'revenue'
      on conflict do nothing
      returning uuid, type, player_id, day, currency, amount_minor, verified
    ),
    revenue_days as (
      insert into analytics_revenue_day as d (game_id, env, day, currency, purchases,
        purchased_minor, refunds, refunded_minor, verified_minor)
      select ${place}, day, currency,
        count(*) filter (where type = 'purchase'),
        coalesce(sum(amount_minor) filter (where type = 'purchase'), 0),
        count(*) filter (where type = 'refund'),
        coalesce(sum(amount_minor) filter (where type = 'refund'), 0),
        coalesce(sum(amount_minor) filter (where type = 'purchase' and verified), 0)
      from revenue group by day, currency
      on conflict (game_id, env, day, currency) do update set
        purchases = d.purchases + excluded.purchases,
        purchased_minor = d.purchased_minor + excluded.purchased_minor,
        refunds = d.refunds + excluded.refunds,
        refunded_minor = d.refunded_minor + excluded.refunded_minor,
        verified_minor = d.verified_minor + excluded.verified_minor
    ),
    ${playerSteps({ place, inPlace })},
    ${sessionSteps({ place, inPlace })},
    ${levelSteps({ place, inPlace })},
    day_moves as (
      select day, count(*) as events, count(*) filter (where kind = 'error') as errors,
        0 as players, 0 as new_players, 0 as sessions, 0 as session_ms
      from inserted group by day
      union all select day, 0, 0, count(*), 0, 0, 0 from player_days group by day
      union all select day, 0, 0, 0, moved, 0, 0 from first_days
      union all select day, 0, 0, 0, 0, began, lasted from session_moves
    ),
    days as (
      insert into analytics_day as d (game_id, env, day, events, errors, players, new_players,
        sessions, session_ms)
      select ${place}, day, sum(events), sum(errors), sum(players), sum(new_players),
        sum(sessions), sum(session_ms)
      from day_moves group by day
      on conflict (game_id, env, day) do update set
        events = d.events + excluded.events,
        errors = d.errors + excluded.errors,
        players = d.players + excluded.players,
        new_players = d.new_players + excluded.new_players,
        sessions = d.sessions + excluded.sessions,
        session_ms = d.session_ms + excluded.session_ms
    )
    select (select revision from game) as revision,
      (select count(*)::integer from inserted) as events,
      array(select uuid::text from revenue) as revenue,
      (select min(seen_ms)::float8 from sessions where open) as open_seen_ms`);
}

interface Parts {
  /** The columns game_id and env of a new row. */
  readonly place: SQL;
  /** The condition that a table's row is of this place. */
  readonly inPlace: (table: string) => SQL;
}

/** Who was there on which day, and whose first day moved. Names `player_days` and `first_days`. */
function playerSteps({ place, inPlace }: Parts): SQL {
  return sql`
    active as materialized (
      select player_id, day from inserted union select player_id, day from revenue
    ),
    player_days as (
      insert into analytics_player_day (game_id, env, day, player_id)
      select ${place}, day, player_id from active
      on conflict do nothing
      returning day
    ),
    player_seen as (select player_id, min(day) as day from active group by player_id),
    player_before as (
      select p.player_id, p.first_day from analytics_player p
      join player_seen s on s.player_id = p.player_id where ${inPlace("p")}
    ),
    players as (
      insert into analytics_player as p (game_id, env, player_id, first_day)
      select ${place}, player_id, day from player_seen
      on conflict (game_id, env, player_id) do update set first_day = excluded.first_day
        where p.first_day > excluded.first_day
      returning player_id, first_day
    ),
    first_days as (
      select first_day as day, 1 as moved from players
      union all
      select b.first_day, -1 from player_before b join players p on p.player_id = b.player_id
    )`;
}

/**
 * Sessions from their starts, heartbeats and ends: the latest sign of life holds, whatever order
 * they come in. Names `sessions` and `session_moves`.
 */
function sessionSteps({ place, inPlace }: Parts): SQL {
  return sql`
    session_signs as (
      select s as id, min(p) as player_id, min(b) as started_ms,
        greatest(max(t), min(b)) as last_ms, max(c) as seen_ms, bool_or(k = 'session_end') as ended
      from input where k in ('session_start', 'heartbeat', 'session_end') group by s
    ),
    session_before as (
      select x.id, x.last_ms from analytics_session x
      join session_signs s on s.id = x.id where ${inPlace("x")}
    ),
    sessions as (
      insert into analytics_session as x (game_id, env, id, player_id, day, started_ms, last_ms,
        seen_ms, open, ended)
      select ${place}, id, player_id, ${dayOf("started_ms")}, started_ms, last_ms, seen_ms,
        not ended, ended
      from session_signs
      on conflict (game_id, env, id) do update set
        last_ms = greatest(x.last_ms, excluded.last_ms),
        seen_ms = greatest(x.seen_ms, excluded.seen_ms),
        ended = x.ended or excluded.ended,
        open = not (x.ended or excluded.ended) and (x.open or excluded.seen_ms > x.seen_ms)
      returning id, day, started_ms, last_ms, seen_ms, open
    ),
    session_moves as (
      select s.day, count(*) filter (where b.id is null) as began,
        sum(s.last_ms - coalesce(b.last_ms, s.started_ms)) as lasted
      from sessions s left join session_before b on b.id = s.id group by s.day
    )`;
}

/** What happened in levels, and whose first start or completion of one moved. Writes the roll-up. */
function levelSteps({ place, inPlace }: Parts): SQL {
  const earlier = sql`excluded.completed_ms is not null and (l.completed_ms is null
    or (excluded.completed_ms, excluded.completed_uuid) < (l.completed_ms, l.completed_uuid))`;
  return sql`
    level_signs as (
      select level, player_id,
        min(at_ms) filter (where status = 'start') as started_ms,
        (array_agg(at_ms order by at_ms, uuid) filter (where status = 'complete'))[1]
          as completed_ms,
        (array_agg(uuid order by at_ms, uuid) filter (where status = 'complete'))[1]
          as completed_uuid,
        (array_agg(attempt order by at_ms, uuid) filter (where status = 'complete'))[1]
          as win_attempt
      from inserted where kind = 'level' group by level, player_id
    ),
    level_before as (
      select l.level, l.player_id, l.started_ms, l.completed_ms, l.win_attempt
      from analytics_player_level l
      join level_signs s on s.level = l.level and s.player_id = l.player_id where ${inPlace("l")}
    ),
    level_players as (
      insert into analytics_player_level as l (game_id, env, level, player_id, started_ms,
        completed_ms, completed_uuid, win_attempt)
      select ${place}, level, player_id, started_ms, completed_ms, completed_uuid, win_attempt
      from level_signs
      on conflict (game_id, env, level, player_id) do update set
        started_ms = least(l.started_ms, excluded.started_ms),
        completed_ms = case when ${earlier} then excluded.completed_ms else l.completed_ms end,
        completed_uuid = case when ${earlier} then excluded.completed_uuid
          else l.completed_uuid end,
        win_attempt = case when ${earlier} then excluded.win_attempt else l.win_attempt end
      returning level, player_id, started_ms, completed_ms, win_attempt
    ),
    level_moves as (
      select level, day, count(*) filter (where status = 'start') as starts,
        count(*) filter (where status = 'complete') as completes,
        count(*) filter (where status = 'fail') as fails,
        count(*) filter (where status = 'quit') as quits,
        coalesce(sum(duration_ms), 0) as duration_ms, count(duration_ms) as timed,
        coalesce(sum(score) filter (where status = 'complete'), 0) as score,
        count(score) filter (where status = 'complete') as scored,
        0 as players, 0 as passed, 0 as winners, 0 as win_attempts
      from inserted where kind = 'level' group by level, day
      union all select level, ${dayOf("started_ms")}, 0, 0, 0, 0, 0, 0, 0, 0, 1,
          (completed_ms is not null)::int, 0, 0
        from level_players where started_ms is not null
      union all select level, ${dayOf("started_ms")}, 0, 0, 0, 0, 0, 0, 0, 0, -1,
          -(completed_ms is not null)::int, 0, 0
        from level_before where started_ms is not null
      union all select level, ${dayOf("completed_ms")}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
          win_attempt
        from level_players where completed_ms is not null
      union all select level, ${dayOf("completed_ms")}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1,
          -win_attempt
        from level_before where completed_ms is not null
    ),
    ${raiseLevels(place, "level_days", "day", "day")},
    ${raiseLevels(place, "level_weeks", "week", weekOf("day"))}`;
}

/** Raises the roll-up of levels of a day or a week by `level_moves`. */
function raiseLevels(place: SQL, name: string, span: "day" | "week", spanOf: string): SQL {
  return sql`${sql.raw(name)} as (
      insert into analytics_level_${sql.raw(span)} as d (game_id, env, ${sql.raw(span)}, level,
        ${levelColumns()})
      select ${place}, ${sql.raw(spanOf)} as span, level, ${levelColumns((column) => `sum(${column})`)}
      from level_moves group by span, level
      having sum(starts + completes + fails + quits) <> 0 or sum(players) <> 0
        or sum(passed) <> 0 or sum(winners) <> 0 or sum(win_attempts) <> 0
      on conflict (game_id, env, ${sql.raw(span)}, level) do update set
        ${levelColumns((column) => `${column} = d.${column} + excluded.${column}`)}
    )`;
}
