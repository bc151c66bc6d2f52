import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { type AnalyticsKeyRow, analyticsKey } from "../schema/analytics.ts";
import { raiseRevision } from "./analytics-game.ts";

const keys_max = 500;

/** A game's keys, revoked ones too, the newest first. */
export function listGameKeys(db: Db, gameId: string): Promise<AnalyticsKeyRow[]> {
  return db
    .select()
    .from(analyticsKey)
    .where(eq(analyticsKey.gameId, gameId))
    .orderBy(desc(analyticsKey.createdAt), desc(analyticsKey.id))
    .limit(keys_max);
}

/** How many of a game's keys hold. */
export async function countGameKeys(db: Db, gameId: string): Promise<number> {
  return await db.$count(
    analyticsKey,
    and(eq(analyticsKey.gameId, gameId), isNull(analyticsKey.revokedAt)),
  );
}

/** Keeps a new key, and lets buffers know. */
export async function insertGameKey(
  db: Db,
  key: typeof analyticsKey.$inferInsert,
): Promise<AnalyticsKeyRow> {
  const [rows] = await db.batch([
    db.insert(analyticsKey).values(key).returning(),
    raiseRevision(db, key.gameId),
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error("insert into analytics_key returned no row");
  return row;
}

/** Revokes a key, if that has not been done, and lets buffers know. @returns the key, if there is one */
export async function revokeGameKey(
  db: Db,
  gameId: string,
  id: string,
): Promise<AnalyticsKeyRow | undefined> {
  const [rows] = await db.batch([
    db
      .update(analyticsKey)
      .set({ revokedAt: sql`coalesce(${analyticsKey.revokedAt}, now())` })
      .where(and(eq(analyticsKey.gameId, gameId), eq(analyticsKey.id, id)))
      .returning(),
    raiseRevision(db, gameId),
  ]);
  return rows[0];
}

/** The write key with this hash, if it holds. */
export async function findWriteKey(db: Db, hash: string): Promise<AnalyticsKeyRow | undefined> {
  const [row] = await db
    .select()
    .from(analyticsKey)
    .where(
      and(
        eq(analyticsKey.hash, hash),
        eq(analyticsKey.kind, "write"),
        isNull(analyticsKey.revokedAt),
      ),
    )
    .limit(1);
  return row;
}
