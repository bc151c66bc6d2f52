import { and, asc, eq, gt } from "drizzle-orm";
import type { Db } from "../client.ts";
import { watchRoom } from "../schema/watch.ts";

/** The statement that makes one user's rooms another's. */
export function moveWatchRooms(db: Db, fromUserId: string, toUserId: string) {
  return db
    .update(watchRoom)
    .set({ createdBy: toUserId })
    .where(eq(watchRoom.createdBy, fromUserId));
}

/**
 * A page of the rooms that somebody made, by id, as they may have them: without the password's hash.
 * @param after the last id of the page before; empty for the first
 */
export function exportWatchRooms(db: Db, userId: string, after: string, limit: number) {
  return db
    .select({
      id: watchRoom.id,
      title: watchRoom.title,
      source: watchRoom.source,
      maxParticipants: watchRoom.maxParticipants,
      permissions: watchRoom.permissions,
      gate: watchRoom.gate,
      public: watchRoom.public,
      createdAt: watchRoom.createdAt,
      usedAt: watchRoom.usedAt,
    })
    .from(watchRoom)
    .where(and(eq(watchRoom.createdBy, userId), gt(watchRoom.id, after)))
    .orderBy(asc(watchRoom.id))
    .limit(limit);
}

/** The statement that takes somebody's rooms away. */
export function eraseWatchRooms(db: Db, userId: string) {
  return db.delete(watchRoom).where(eq(watchRoom.createdBy, userId));
}
