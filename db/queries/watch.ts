import { and, eq, lt, not, or, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { type NewWatchRoom, type WatchRoomRow, watchRoom } from "../schema/watch.ts";

/** Keeps a new room. One round trip. Throws on a repeated id (SQLSTATE 23505). */
export async function insertWatchRoom(db: Db, room: NewWatchRoom): Promise<WatchRoomRow> {
  const [row] = await db.insert(watchRoom).values(room).returning();
  if (row === undefined) throw new Error("insert into watch_room returned no row");
  return row;
}

/** The room with this id, or undefined. One round trip. */
export async function findWatchRoom(db: Db, id: string): Promise<WatchRoomRow | undefined> {
  const [row] = await db.select().from(watchRoom).where(eq(watchRoom.id, id)).limit(1);
  return row;
}

/** What can be changed of a room that exists. */
export type WatchRoomChanges = Partial<
  Pick<
    WatchRoomRow,
    "title" | "public" | "passwordHash" | "maxParticipants" | "permissions" | "gate"
  >
>;

/** Changes a room. One round trip. @returns the room as it is then; undefined when there is none */
export async function updateWatchRoom(
  db: Db,
  id: string,
  changes: WatchRoomChanges,
): Promise<WatchRoomRow | undefined> {
  const [row] = await db.update(watchRoom).set(changes).where(eq(watchRoom.id, id)).returning();
  return row;
}

/** Makes all invites of a room useless. @returns false when there is no such room */
export async function revokeWatchInvites(db: Db, id: string): Promise<boolean> {
  const rows = await db
    .update(watchRoom)
    .set({ inviteGeneration: sql`${watchRoom.inviteGeneration} + 1` })
    .where(eq(watchRoom.id, id))
    .returning({ id: watchRoom.id });
  return rows.length > 0;
}

/**
 * Notes that somebody was let in. It writes once an hour for each room, whatever happens.
 * One round trip.
 */
export async function noteWatchJoin(db: Db, id: string): Promise<void> {
  await db
    .update(watchRoom)
    .set({ joined: true, usedAt: sql`now()` })
    .where(
      and(
        eq(watchRoom.id, id),
        or(not(watchRoom.joined), lt(watchRoom.usedAt, sql`now() - interval '1 hour'`)),
      ),
    );
}

/** Forgets a room: it has expired, or was ended. @returns false when it was forgotten before */
export async function deleteWatchRoom(db: Db, id: string): Promise<boolean> {
  const rows = await db
    .delete(watchRoom)
    .where(eq(watchRoom.id, id))
    .returning({ id: watchRoom.id });
  return rows.length > 0;
}
