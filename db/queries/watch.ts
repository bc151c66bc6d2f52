import { eq } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { type WatchRoomRow, watchRoom } from "../schema/watch.ts";

/** Keeps a new room. One round trip. Throws on a repeated id (SQLSTATE 23505). */
export async function insertWatchRoom(
  db: NeonHttpDatabase,
  room: { readonly id: string; readonly title: string; readonly mediaId: string },
): Promise<WatchRoomRow> {
  const [row] = await db.insert(watchRoom).values(room).returning();
  if (row === undefined) throw new Error("insert into watch_room returned no row");
  return row;
}

/** The room with this id, or undefined. One round trip. */
export async function findWatchRoom(
  db: NeonHttpDatabase,
  id: string,
): Promise<WatchRoomRow | undefined> {
  const [row] = await db.select().from(watchRoom).where(eq(watchRoom.id, id)).limit(1);
  return row;
}
