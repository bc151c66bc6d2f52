import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { lockAnalytics } from "./analytics-rollup.ts";

/** Tables that hold what a game has taken in. They name games without a foreign key. */
export const takenIn = [
  ...["analytics_event", "analytics_session", "analytics_player", "analytics_player_day"],
  ...["analytics_player_level", "analytics_day", "analytics_level_day", "analytics_level_week"],
  ...["analytics_revenue", "analytics_revenue_day", "analytics_erasure"],
] as readonly string[];

/** Rows of one table that a request deletes itself; of a table that has more, a job deletes all. */
const atOnce_rows_max = 10_000;

/** A game that is gone, of which there may be rows left. */
export type DeletedGame = { readonly id: string; readonly shards_max: number };

/**
 * Statements that delete games with their keys and rules, to run in one batch, and with all they have
 * taken in if that is not too much for one. The games are marked as deleted, until `deleteSlice` has
 * found nothing left of them.
 * @param theirs which rows of `analytics_game`
 * @param receiptId of the erasure in which rows are to be counted that go later
 */
export function deleteGames(db: Db, theirs: SQL, receiptId: string | null) {
  const games = sql`select id from analytics_game where ${theirs}`;
  const deleteAll = (table: string, few = sql``) => ({
    table,
    statement: db.execute(
      sql`delete from ${sql.identifier(table)} where game_id in (${games}) ${few}`,
    ),
  });
  const fewOf = (table: string) => sql`and (select count(*) from (
    select 1 from ${sql.identifier(table)} where game_id in (${games})
    limit ${atOnce_rows_max + 1}::integer) found) <= ${atOnce_rows_max}::integer`;
  return [
    ...takenIn.map((table) => deleteAll(table, fewOf(table))),
    deleteAll("analytics_event_rule"),
    deleteAll("analytics_key"),
    {
      table: "analytics_game",
      statement: db.execute(sql`
        with gone as (
          delete from analytics_game where ${theirs} returning id, shards_max, settings
        )
        insert into analytics_deleted_game (id, shards_max, receipt_id)
        select id, greatest(shards_max, (settings->>'shards')::smallint), ${receiptId}::text from gone
        on conflict (id) do update set shards_max = excluded.shards_max,
          receipt_id = excluded.receipt_id, deleted_at = now()`),
    },
  ];
}

/** Games that are marked as deleted, the oldest first; none that has been made anew since. */
export async function listDeletedGames(db: Db, limit: number): Promise<readonly DeletedGame[]> {
  const { rows } = await db.execute<DeletedGame>(sql`
    select id, shards_max from analytics_deleted_game d
    where not exists (select 1 from analytics_game g where g.id = d.id)
    order by deleted_at, id limit ${limit}::integer`);
  return rows;
}

/** The locks of both places of a game, to be the first of a batch: no buffer writes meanwhile. */
export function lockGame(db: Db, gameId: string) {
  return [
    lockAnalytics(db, { gameId, env: "live" }),
    lockAnalytics(db, { gameId, env: "sandbox" }),
  ] as const;
}

/** Waits for what was being written when a game was deleted. What begins later finds no game. */
export async function awaitWriters(db: Db, gameId: string): Promise<void> {
  await db.batch(lockGame(db, gameId));
}

/**
 * Deletes some of what a deleted game has in a table, and counts them in the receipt of the erasure
 * that the game went with. Of raw events those of one day in one partition, so that no other is read.
 * @returns how many; none when nothing is left
 */
export async function deleteSlice(
  db: Db,
  gameId: string,
  table: string,
  limit: number,
): Promise<number> {
  const name = sql.identifier(table);
  const own =
    table === "analytics_event"
      ? sql`game_id = ${gameId}::text
          and retention = (select retention from first) and day = (select day from first)`
      : sql`game_id = ${gameId}::text`;
  const first = sql`first as materialized (
    select retention, day from analytics_event where game_id = ${gameId}::text limit 1)`;
  const { rows } = await db.execute<{ deleted: number }>(sql`
    with ${table === "analytics_event" ? sql`${first},` : sql``}
    gone as (
      delete from ${name} where ${own} and ctid = any(array(
        select ctid from ${name} where ${own} limit ${limit}::integer)) returning 1
    ),
    counted as (select count(*)::integer as deleted from gone),
    noted as (
      update erasure_receipt set rows = jsonb_set(coalesce(rows, '{}'::jsonb), array[${table}::text],
        to_jsonb(coalesce((rows->>${table}::text)::bigint, 0) + deleted))
      from counted where deleted > 0
        and id = (select receipt_id from analytics_deleted_game where id = ${gameId}::text)
    )
    select deleted from counted`);
  return rows[0]?.deleted ?? 0;
}

/** Nothing is left of a deleted game. */
export async function endDeletion(db: Db, gameId: string): Promise<void> {
  await db.execute(sql`delete from analytics_deleted_game where id = ${gameId}`);
}
