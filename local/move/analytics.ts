import { sql } from "drizzle-orm";
import type { ClientBase } from "pg";
import type { Db } from "../../db/client.ts";
import { createPartition, partitionOf } from "../../db/queries/analytics-partition.ts";
import {
  type AnalyticsPlace,
  ingestAnalytics,
  lockAnalytics,
} from "../../db/queries/analytics-rollup.ts";
import type { EventRow } from "../../protocol/analytics/row.ts";
import { type Moved, pagesOf, type Table } from "./pages.ts";

/** For how long the raw events of games that come over are kept. */
const retention_days = 365;
/** Before any event there is. */
const retentionFrom = "2000-01-01";

/** A moment's milliseconds since 1970. */
const ms = (column: string) => `floor(extract(epoch from ${column}) * 1000)::float8`;

/** Uuids of version 7 alone tell when they were made; no client of the old service sends others. */
const isVersion7 = "substr(id::text, 15, 1) = '7'";

const events: Table = {
  select: `select id as key, kind as k, ${ms("at")} as t, ${ms("at")} as c, ${ms("received_at")} as r,
      user_id as p, session_id as s, name as n, level as l, status as ls, attempt as la,
      duration_ms as ld, app_version as v, platform as f, props as o
    from baseline_event
    where ${isVersion7} and received_at >= $3::timestamptz and game_id = $4`,
  key: "id",
  type: "uuid",
};

const revenue: Table = {
  select: `select id as key, 'revenue' as k, ${ms("at")} as t, ${ms("at")} as c, ${ms("at")} as r,
      user_id as p, session_id as s, store as rs, transaction_id as rt, type as ry, product as rp,
      amount_minor::float8 as ra, currency as rc, false as rv
    from baseline_revenue where ${isVersion7} and at >= $3::timestamptz and game_id = $4`,
  key: "id",
  type: "uuid",
};

/** A session is told as its last sign of life: what a heartbeat says is all that the old row knows. */
const last = "coalesce(ended_at, last_heartbeat, started_at)";
const plays: Table = {
  select: `select id as key, 'heartbeat' as k, ${ms(last)} as t, ${ms(last)} as c, ${ms(last)} as r,
      user_id as p, id as s, ${ms("started_at")} as b
    from baseline_play_session where ${last} >= $3::timestamptz and game_id = $4`,
  key: "id",
  type: "uuid",
};

/**
 * Copies games, and through the very statement that takes events in their raw events, purchases and
 * sessions, so that roll-ups come about as they always do and nothing counts twice.
 * @param ownerId the account that games will belong to
 * @param since what came before is left alone
 */
export async function moveAnalytics(
  from: ClientBase,
  db: Db,
  ownerId: string,
  since: Date,
): Promise<readonly Moved[]> {
  const { rows: games } = await from.query<{ id: string; name: string }>(
    "select id, name from baseline_game order by id",
  );
  const added = await addGames(db, ownerId, JSON.stringify(games));
  const moved = [{ what: "games", read: games.length, added: added.rows.length }];
  for (const [what, table] of Object.entries({ events, purchases: revenue, sessions: plays })) {
    let [read, fresh] = [0, 0];
    for (const { id } of games) {
      const place = { gameId: id, env: "live" } as const;
      for await (const page of pagesOf<OldRow>(from, table, [since, id])) {
        read += page.length;
        fresh += await takeIn(db, place, page);
      }
    }
    moved.push({ what, read, added: fresh });
  }
  await endSessions(from, db, since);
  return moved;
}

type OldRow = { readonly key: string } & {
  readonly [Name in keyof EventRow]: EventRow[Name] | null;
};

/** @returns how many rows were new; for sessions, how many there are more */
async function takeIn(db: Db, place: AnalyticsPlace, page: readonly OldRow[]): Promise<number> {
  const rows = JSON.stringify(page.map(({ key, ...row }) => ({ ...row, u: key })));
  const tables = new Map(
    page.map(({ t }) => {
      const partition = partitionOf(retention_days, t ?? 0);
      return [partition.table, partition] as const;
    }),
  );
  for (const partition of tables.values()) await createPartition(db, partition);
  const counted = sql`select count(*)::integer as n from analytics_session
    where game_id = ${place.gameId} and env = ${place.env}`;
  const [, before, { rows: results }, after] = await db.batch([
    lockAnalytics(db, place),
    db.execute<{ n: number }>(counted),
    ingestAnalytics(db, place, rows),
    db.execute<{ n: number }>(counted),
  ]);
  const [result] = results;
  if (result === undefined || result.revision === null)
    throw new Error(`the game ${place.gameId} is not there`);
  const sessions = (after.rows[0]?.n ?? 0) - (before.rows[0]?.n ?? 0);
  return result.events + result.revenue.length + sessions;
}

function addGames(db: Db, ownerId: string, rows: string) {
  return db.execute(sql`
    insert into analytics_game (id, user_id, name, settings, retention_days, retention_days_before,
      retention_from)
    select x.id, ${ownerId}::text, x.name, '{}'::jsonb, ${retention_days}::smallint,
      ${retention_days}::smallint, ${retentionFrom}::date
    from json_to_recordset(${rows}::json) as x(id text, name text)
    on conflict do nothing returning id`);
}

/** Closes those that the old service had closed. How long they lasted is known already. */
async function endSessions(from: ClientBase, db: Db, since: Date): Promise<void> {
  const ended: Table = {
    select: `select id as key, game_id from baseline_play_session
      where ended_at is not null and ${last} >= $3::timestamptz`,
    key: "id",
    type: "uuid",
  };
  for await (const page of pagesOf(from, ended, [since]))
    await db.execute(sql`
      update analytics_session s set open = false, ended = true
      from json_to_recordset(${JSON.stringify(page)}::json) as x(key uuid, game_id text)
      where s.game_id = x.game_id and s.env = 'live' and s.id = x.key and not s.ended`);
}
