import { and, asc, eq, inArray, isNull, ne, or, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { matchPicture } from "../schema/match.ts";

/** A picture that is about to be put into the object store. */
export interface NewPicture {
  readonly key: string;
  readonly userId: string;
  readonly type: "image/jpeg" | "image/png" | "image/webp";
  readonly size_bytes: number;
}

/**
 * Notes a picture before it is put into the object store, so that the store never holds one that
 * nobody knows of. One round trip.
 */
export async function insertMatchPicture(db: Db, picture: NewPicture) {
  await db.insert(matchPicture).values(picture);
}

/**
 * Makes a picture its person's, in place of any other. One round trip, one transaction.
 * @returns keys of the pictures it took the place of: these can go
 */
export async function showMatchPicture(db: Db, userId: string, key: string): Promise<string[]> {
  const [hidden] = await db.batch([
    db
      .update(matchPicture)
      .set({ shown: false })
      .where(
        and(
          eq(matchPicture.userId, userId),
          eq(matchPicture.shown, true),
          ne(matchPicture.key, key),
        ),
      )
      .returning({ key: matchPicture.key }),
    db
      .update(matchPicture)
      .set({ shown: true })
      .where(and(eq(matchPicture.userId, userId), eq(matchPicture.key, key))),
  ]);
  return hidden.map((row) => row.key);
}

/** Takes a person's picture off their profile. One round trip. @returns what can go */
export async function hideMatchPicture(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .update(matchPicture)
    .set({ shown: false })
    .where(and(eq(matchPicture.userId, userId), eq(matchPicture.shown, true)))
    .returning({ key: matchPicture.key });
  return rows.map((row) => row.key);
}

/** Keys of all pictures that were a person's, for taking them away when the person goes. */
export async function listMatchPictures(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .select({ key: matchPicture.key })
    .from(matchPicture)
    .where(eq(matchPicture.userId, userId))
    .limit(100);
  return rows.map((row) => row.key);
}

/**
 * Pictures that belong to nobody's profile, the oldest first. Young ones are left out unless their
 * person has gone: they may be on their way into one.
 */
export async function findUnusedPictures(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .select({ key: matchPicture.key })
    .from(matchPicture)
    .where(
      or(
        isNull(matchPicture.userId),
        and(
          sql`not ${matchPicture.shown}`,
          sql`${matchPicture.createdAt} < now() - interval '1 hour'`,
        ),
      ),
    )
    .orderBy(asc(matchPicture.createdAt))
    .limit(limit);
  return rows.map((row) => row.key);
}

/** The statement that forgets pictures which are gone from the object store. */
export function forgetMatchPictures(db: Db, keys: readonly string[]) {
  return db
    .delete(matchPicture)
    .where(
      and(
        inArray(matchPicture.key, [...keys]),
        or(isNull(matchPicture.userId), eq(matchPicture.shown, false)),
      ),
    );
}
