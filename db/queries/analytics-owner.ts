import { and, asc, eq, gt, inArray, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { analyticsEventRule, analyticsGame, analyticsKey } from "../schema/analytics.ts";
import { deleteGames } from "./analytics-delete.ts";

/** The statement that hands over the games of one person to another. */
export function moveGames(db: Db, fromUserId: string, toUserId: string) {
  return db
    .update(analyticsGame)
    .set({ userId: toUserId })
    .where(eq(analyticsGame.userId, fromUserId));
}

/** Pages of what is kept of a person's own games, by table, without keys' hashes. */
export function ownerPages(db: Db, userId: string) {
  const own = eq(analyticsGame.userId, userId);
  const games = db.select({ id: analyticsGame.id }).from(analyticsGame).where(own);
  return {
    analytics_game: (after: string, limit: number) =>
      db
        .select()
        .from(analyticsGame)
        .where(and(own, gt(analyticsGame.id, after)))
        .orderBy(asc(analyticsGame.id))
        .limit(limit),
    analytics_key: (after: string, limit: number) =>
      db
        .select({
          id: analyticsKey.id,
          gameId: analyticsKey.gameId,
          kind: analyticsKey.kind,
          env: analyticsKey.env,
          name: analyticsKey.name,
          start: analyticsKey.start,
          createdAt: analyticsKey.createdAt,
          revokedAt: analyticsKey.revokedAt,
        })
        .from(analyticsKey)
        .where(and(inArray(analyticsKey.gameId, games), gt(analyticsKey.id, after)))
        .orderBy(asc(analyticsKey.id))
        .limit(limit),
    analytics_event_rule: (after: string, limit: number) => {
      const id = sql<string>`${analyticsEventRule.gameId} || ' ' || ${analyticsEventRule.name}`;
      return db
        .select({ id, rule: analyticsEventRule.rule })
        .from(analyticsEventRule)
        .where(and(inArray(analyticsEventRule.gameId, games), gt(id, after)))
        .orderBy(asc(id))
        .limit(limit);
    },
  };
}

/** Statements that delete the games of some people, with all they have taken in. */
export function deleteGamesOf(db: Db, userIds: SQL) {
  const theirs = sql`${analyticsGame.userId} in ${userIds}`;
  return deleteGames(db, theirs, null).map(({ statement }) => statement);
}

/**
 * Statements that delete the games of a person and of organizations, with all they have taken in.
 * @param receiptId as `deleteGames` takes it
 */
export function eraseGames(
  db: Db,
  userId: string | undefined,
  organizationIds: readonly string[],
  receiptId: string | null,
) {
  const theirs = or(
    // A person who is nobody matches no row; ids are never empty.
    eq(analyticsGame.userId, userId ?? ""),
    inArray(analyticsGame.organizationId, ["", ...organizationIds]),
  ) as SQL;
  return deleteGames(db, theirs, receiptId);
}
