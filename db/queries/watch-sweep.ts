import { inArray, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { watchRoom } from "../schema/watch.ts";
import { rowsOf } from "./job-sql.ts";

/** Ages, in hours, and how many rooms at a time. */
export interface WatchSweepLimits {
  readonly hours: number;
  readonly limit: number;
}

/**
 * Deletes rooms that nobody entered in so many hours after they were made. Nothing else ends them,
 * because a room's own alarm begins with its first visitor.
 * @returns how many went; as many as the limit when there may be more
 */
export async function deleteUnusedWatchRooms(
  db: Db,
  { hours, limit }: WatchSweepLimits,
): Promise<number> {
  const rows = await db
    .delete(watchRoom)
    .where(
      sql`${watchRoom.id} in (select id from watch_room
        where not joined and used_at < now() - make_interval(hours => ${hours}::integer)
        order by used_at limit ${limit}::integer)`,
    )
    .returning({ id: watchRoom.id });
  return rows.length;
}

/** Ids of rooms that nobody was let into for so many hours, the quietest first. */
export async function findQuietWatchRooms(
  db: Db,
  { hours, limit }: WatchSweepLimits,
): Promise<readonly string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`select id from watch_room
      where joined and used_at < now() - make_interval(hours => ${hours}::integer)
      order by used_at limit ${limit}::integer`,
  );
  return rows.map(({ id }) => id);
}

/** Puts rooms that are in use after all at the end of the line. */
export async function postponeWatchRooms(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(watchRoom)
    .set({ usedAt: sql`now()` })
    .where(inArray(watchRoom.id, [...ids]));
}
