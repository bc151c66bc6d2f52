import type { Context } from "hono";
import { findGame } from "../../db/queries/analytics-game.ts";
import { findRole } from "../../db/queries/identity.ts";
import type { AnalyticsGameRow } from "../../db/schema/analytics.ts";
import {
  type Game,
  gameSettingsSchema,
  retentionDaysSchema,
} from "../../protocol/analytics/game.ts";
import { type Role, reaches } from "../../protocol/identity/organization.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { type Requirement, requireIdentity, roleOf } from "../identity/identify.ts";
import { ProblemError } from "../problem.ts";

/** A game, and what the caller may do in it. */
export interface GameAccess {
  readonly game: AnalyticsGameRow;
  readonly role: Role;
}

/**
 * A game that the caller may do something with: a member of its organization with the role or a
 * higher one, the person whose it is, or a program with a key of theirs that has the scope. Whoever
 * has nothing to do with the game learns not even that it exists.
 * @throws ProblemError `sign_in_required`, `not_found`, `not_allowed`, and those of `identify`
 */
export async function requireGame(
  c: Context<AppEnv>,
  gameId: string,
  { role: needed, scope }: Requirement,
): Promise<GameAccess> {
  const identity = await requireIdentity(c, scope);
  const { db } = c.var.services;
  const game = await queried(() => findGame(db, gameId));
  if (game === undefined) throw new ProblemError("not_found");
  const { organizationId } = game;
  const owner =
    identity.type === "key" ? identity.owner : ({ type: "user", id: identity.user.id } as const);
  let role: Role | undefined;
  if (owner.type === "organization") role = owner.id === organizationId ? "admin" : undefined;
  else if (organizationId === null) role = owner.id === game.userId ? "owner" : undefined;
  else {
    const kept = await queried(() => findRole(db, organizationId, owner.id));
    role = kept === undefined ? undefined : roleOf(kept);
  }
  if (role === undefined) throw new ProblemError("not_found");
  if (!reaches(role, needed))
    throw new ProblemError("not_allowed", { detail: `this takes the role ${needed}` });
  return { game, role };
}

/**
 * The most shards that a game ever had. Buffers that it does not use any more may still keep batches
 * and dead events, and go by what they knew of it.
 */
export function shardsEver({
  shardsMax,
  settings,
}: Pick<AnalyticsGameRow, "shardsMax" | "settings">): number {
  return Math.max(shardsMax, gameSettingsSchema.parse(settings).shards);
}

/** A game as answers show it. */
export function gameOf({ game, role }: GameAccess): Game {
  return {
    id: game.id,
    name: game.name,
    organizationId: game.organizationId,
    role,
    retention_days: retentionDaysSchema.parse(game.retentionDays),
    settings: gameSettingsSchema.parse(game.settings),
    createdAt: game.createdAt.toISOString(),
  };
}
