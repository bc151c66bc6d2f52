import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { type WatchRoomRow, watchRoom } from "../schema/watch.ts";

/** A place in a list of rooms: behind the one with this id, made at this moment. */
export interface WatchRoomPlace {
  readonly createdAt_ms: number;
  readonly id: string;
}

/** A page of the public rooms, the newest first. One round trip. */
export function listPublicWatchRooms(
  db: Db,
  limit: number,
  after: WatchRoomPlace | undefined,
): Promise<WatchRoomRow[]> {
  return page(db, sql`${watchRoom.public}`, limit, after);
}

/** A page of the rooms that somebody made, the newest first. One round trip. */
export function listWatchRoomsOf(
  db: Db,
  userId: string,
  limit: number,
  after: WatchRoomPlace | undefined,
): Promise<WatchRoomRow[]> {
  return page(db, eq(watchRoom.createdBy, userId), limit, after);
}

async function page(db: Db, which: SQL, limit: number, after: WatchRoomPlace | undefined) {
  const behind =
    after === undefined
      ? undefined
      : sql`(${watchRoom.createdAt}, ${watchRoom.id}) < (${new Date(after.createdAt_ms).toISOString()}::timestamptz, ${after.id})`;
  return await db
    .select()
    .from(watchRoom)
    .where(and(which, behind))
    .orderBy(desc(watchRoom.createdAt), desc(watchRoom.id))
    .limit(limit);
}
