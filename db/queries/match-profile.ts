import { and, eq, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { type MatchProfileRow, matchPicture, matchProfile } from "../schema/match.ts";

/** What a person writes of themselves. */
export type ProfileFields = Pick<
  MatchProfileRow,
  "name" | "ageRange" | "languages" | "interests" | "gender" | "bio" | "links"
>;

/** A profile with the key of the picture that belongs to it, if any. */
export interface ProfileWithPicture {
  readonly profile: MatchProfileRow;
  readonly pictureKey: string | null;
}

/** The profile of a person, or undefined. One round trip. */
export async function findMatchProfile(
  db: Db,
  userId: string,
): Promise<ProfileWithPicture | undefined> {
  const [row] = await db
    .select({ profile: matchProfile, pictureKey: matchPicture.key })
    .from(matchProfile)
    .leftJoin(
      matchPicture,
      and(eq(matchPicture.userId, matchProfile.userId), eq(matchPicture.shown, true)),
    )
    .where(eq(matchProfile.userId, userId))
    .limit(1);
  return row;
}

/** Keeps a whole profile, a new one or in the old one's place. One round trip. */
export async function putMatchProfile(db: Db, userId: string, fields: ProfileFields) {
  await db
    .insert(matchProfile)
    .values({ userId, ...fields })
    .onConflictDoUpdate({
      target: matchProfile.userId,
      set: { ...fields, updatedAt: sql`now()` },
    });
}

/**
 * Changes some fields. One round trip.
 * @returns false when there is no profile to change
 */
export async function patchMatchProfile(
  db: Db,
  userId: string,
  fields: Partial<ProfileFields>,
): Promise<boolean> {
  const rows = await db
    .update(matchProfile)
    .set({ ...fields, updatedAt: sql`now()` })
    .where(eq(matchProfile.userId, userId))
    .returning({ userId: matchProfile.userId });
  return rows.length > 0;
}
