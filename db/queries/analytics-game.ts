import { and, asc, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import { type AnalyticsGameRow, analyticsGame } from "../schema/analytics.ts";
import { deleteGames, lockGame } from "./analytics-delete.ts";

const games_max = 200;

/** Keeps a new game. Throws on a repeated id (SQLSTATE 23505). */
export async function insertGame(
  db: Db,
  game: typeof analyticsGame.$inferInsert,
): Promise<AnalyticsGameRow> {
  const [row] = await db.insert(analyticsGame).values(game).returning();
  if (row === undefined) throw new Error("insert into analytics_game returned no row");
  return row;
}

export async function findGame(db: Db, id: string): Promise<AnalyticsGameRow | undefined> {
  const [row] = await db.select().from(analyticsGame).where(eq(analyticsGame.id, id)).limit(1);
  return row;
}

/** Games of a person and of organizations, the oldest first. */
export function listGames(
  db: Db,
  userId: string | undefined,
  organizationIds: readonly string[],
): Promise<AnalyticsGameRow[]> {
  const mine = or(
    eq(analyticsGame.userId, userId ?? ""),
    inArray(analyticsGame.organizationId, ["", ...organizationIds]),
  );
  return db
    .select()
    .from(analyticsGame)
    .where(mine)
    .orderBy(asc(analyticsGame.createdAt), asc(analyticsGame.id))
    .limit(games_max);
}

/** How many games one owner has. */
export async function countGames(
  db: Db,
  owner: { readonly organizationId: string } | { readonly userId: string },
): Promise<number> {
  const isOwners =
    "userId" in owner
      ? eq(analyticsGame.userId, owner.userId)
      : eq(analyticsGame.organizationId, owner.organizationId);
  return await db.$count(analyticsGame, isOwners);
}

export interface GameChanges {
  readonly name: string | undefined;
  /** The new settings, whole. */
  readonly settings: unknown;
  /** The most of these settings and of those before. */
  readonly shards: number;
  readonly retention:
    | { readonly days: number; readonly before: number; readonly from: string }
    | undefined;
}

/** Changes a game that nobody has changed since it was read. @returns undefined if somebody has */
export async function updateGame(
  db: Db,
  { id, revision }: Pick<AnalyticsGameRow, "id" | "revision">,
  { name, settings, shards, retention }: GameChanges,
): Promise<AnalyticsGameRow | undefined> {
  const [row] = await db
    .update(analyticsGame)
    .set({
      settings,
      shardsMax: sql`greatest(${analyticsGame.shardsMax}, ${shards}::smallint)`,
      revision: sql`${analyticsGame.revision} + 1`,
      ...(name === undefined ? {} : { name }),
      ...(retention === undefined
        ? {}
        : {
            retentionDays: retention.days,
            retentionDaysBefore: retention.before,
            retentionFrom: retention.from,
          }),
    })
    .where(and(eq(analyticsGame.id, id), eq(analyticsGame.revision, revision)))
    .returning();
  return row;
}

/** The statement that tells buffers of a change: to stand in a batch with the change. */
export function raiseRevision(db: Db, gameId: string) {
  return db
    .update(analyticsGame)
    .set({ revision: sql`${analyticsGame.revision} + 1` })
    .where(eq(analyticsGame.id, gameId));
}

/** Puts rules in the place of all that a game had, in one transaction. */
export async function replaceEventRules(
  db: Db,
  gameId: string,
  rules: readonly { readonly name: string }[],
): Promise<void> {
  const values: SQL[] = rules.map(
    (rule) => sql`(${gameId}, ${rule.name}, ${JSON.stringify(rule)}::jsonb)`,
  );
  const clear = db.execute(sql`delete from analytics_event_rule where game_id = ${gameId}`);
  if (values.length === 0) {
    await db.batch([clear, raiseRevision(db, gameId)]);
    return;
  }
  await db.batch([
    clear,
    db.execute(
      sql`insert into analytics_event_rule (game_id, name, rule) values ${sql.join(values, sql`, `)}`,
    ),
    raiseRevision(db, gameId),
  ]);
}

/**
 * What buffers must know of a game, as JSON that `gameConfigSchema` reads; undefined if there is no
 * such game. One round trip.
 */
export async function findGameConfig(db: Db, gameId: string): Promise<unknown> {
  const { rows } = await db.execute<{ config: unknown }>(sql`
    select json_build_object(
      'gameId', g.id, 'revision', g.revision, 'settings', g.settings,
      'retention_days', g.retention_days, 'retention_days_before', g.retention_days_before,
      'retentionFrom', to_char(g.retention_from, 'YYYY-MM-DD'),
      'keys', coalesce((select json_agg(json_build_object('id', k.id, 'kind', k.kind, 'env', k.env)
        order by k.created_at, k.id) from analytics_key k
        where k.game_id = g.id and k.revoked_at is null), '[]'::json),
      'rules', coalesce((select json_agg(r.rule order by r.name) from analytics_event_rule r
        where r.game_id = g.id), '[]'::json)) as config
    from analytics_game g where g.id = ${gameId}`);
  return rows[0]?.config;
}

/**
 * The statements that delete a game, to run in one batch: the first take the lock of each place, so
 * that no buffer writes meanwhile.
 */
export function deleteGame(db: Db, gameId: string) {
  return [
    ...lockGame(db, gameId),
    ...deleteGames(db, eq(analyticsGame.id, gameId), null).map(({ statement }) => statement),
  ] as const;
}
