import { and, asc, eq, gt, inArray, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { analyticsEventRule, analyticsGame, analyticsKey } from "../schema/analytics.ts";

/** Tables that hold what a game has taken in. They name games without a foreign key. */
const takenIn = [
  ...["analytics_event", "analytics_session", "analytics_player", "analytics_player_day"],
  ...["analytics_player_level", "analytics_day", "analytics_level_day", "analytics_level_week"],
  ...["analytics_revenue", "analytics_revenue_day", "analytics_erasure"],
] as const;

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

/** Statements that delete the games of a person and of organizations, with all they have taken in. */
export function eraseGames(db: Db, userId: string | undefined, organizationIds: readonly string[]) {
  const theirs = or(
    // A person who is nobody matches no row; ids are never empty.
    eq(analyticsGame.userId, userId ?? ""),
    inArray(analyticsGame.organizationId, ["", ...organizationIds]),
  ) as SQL;
  const games = db.select({ id: analyticsGame.id }).from(analyticsGame).where(theirs);
  return [
    ...takenIn.map((table) => ({
      table: table as string,
      statement: db.execute(sql`delete from ${sql.identifier(table)} where game_id in (${games})`),
    })),
    {
      table: "analytics_event_rule",
      statement: db.delete(analyticsEventRule).where(inArray(analyticsEventRule.gameId, games)),
    },
    {
      table: "analytics_key",
      statement: db.delete(analyticsKey).where(inArray(analyticsKey.gameId, games)),
    },
    { table: "analytics_game", statement: db.delete(analyticsGame).where(theirs) },
  ];
}
