import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  countGames,
  deleteGame,
  insertGame,
  listGames,
  updateGame,
} from "../../../db/queries/analytics-game.ts";
import { listOrganizations } from "../../../db/queries/identity.ts";
import {
  createGameSchema,
  type Game,
  gameIdSchema,
  gameSchema,
  gameSettingsSchema,
  gamesSchema,
  updateGameSchema,
} from "../../../protocol/analytics/game.ts";
import { clockLimits } from "../../../protocol/analytics/limits.ts";
import { dayOf } from "../../../protocol/analytics/uuid7.ts";
import { doneSchema } from "../../../protocol/identity/account.ts";
import type { Role } from "../../../protocol/identity/organization.ts";
import { type AppEnv, answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { requireIdentity, requireRole, requireUser, roleOf } from "../../identity/identify.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { randomId } from "../../random-id.ts";
import { type GameAccess, gameOf, requireGame, shardsEver } from "../access.ts";
import { tellBuffers, tellBuffersIfHeard } from "../buffers.ts";
import { deleteBehind } from "../delete-games.ts";

const tags = ["analytics"];
const params = z.object({ id: gameIdSchema });
const day_ms = 86_400_000;
/** Games of one owner. */
const games_max = 20;
const manager = { role: "admin", scope: "analytics:write" } as const;
const reader = { role: "member", scope: "analytics:read" } as const;
const writing = () => [rateLimit("account_write"), jsonBody({ bytes_max: 4 * 1024 })];
const failures = problems(400, 401, 403, 404, 409, 413, 415, 429, 503);

const createGame = createRoute({
  method: "post",
  path: "/v1/analytics/games",
  tags,
  summary: "Make a game",
  middleware: writing(),
  request: { body: body(createGameSchema) },
  responses: { 201: answer("The game", gameSchema), ...failures },
});

const getGames = createRoute({
  method: "get",
  path: "/v1/analytics/games",
  tags,
  summary: "My games and those of my organizations",
  middleware: [rateLimit("anonymous")],
  responses: { 200: answer("Every game", gamesSchema), ...problems(401, 403, 429, 503) },
});

const getGame = createRoute({
  method: "get",
  path: "/v1/analytics/games/{id}",
  tags,
  summary: "A game",
  middleware: [rateLimit("anonymous")],
  request: { params },
  responses: { 200: answer("The game", gameSchema), ...problems(400, 401, 403, 404, 429, 503) },
});

const changeGame = createRoute({
  method: "post",
  path: "/v1/analytics/games/{id}",
  tags,
  summary: "Change a game",
  description: "How long raw events are kept can change once a month, for the days to come.",
  middleware: writing(),
  request: { params, body: body(updateGameSchema) },
  responses: { 200: answer("The game as it is now", gameSchema), ...failures },
});

const removeGame = createRoute({
  method: "post",
  path: "/v1/analytics/games/{id}/delete",
  tags,
  summary: "Delete a game and everything it took in",
  description:
    "Owners alone. It is gone at once, and its keys open nothing any more. Of what it took in, a job deletes what is too much for one request.",
  middleware: [rateLimit("account_write")],
  request: { params },
  responses: { 200: answer("It is gone", doneSchema), ...problems(400, 401, 403, 404, 429, 503) },
});

/** Games: the tenants of analytics. */
export const gameRoutes = createModule()
  .openapi(createGame, async (c) => {
    const { user } = await requireUser(c);
    const { name, organizationId, retention_days, settings } = c.req.valid("json");
    if (organizationId !== undefined) await requireRole(c, organizationId, manager);
    const { db, now_ms } = c.var.services;
    const owner = organizationId === undefined ? { userId: user.id } : { organizationId };
    if ((await queried(() => countGames(db, owner))) >= games_max)
      throw new ProblemError("limit_reached", { detail: `at most ${games_max} games` });
    const kept = gameSettingsSchema.parse(settings);
    const game = await queried(() =>
      insertGame(db, {
        ...owner,
        id: randomId(),
        name,
        settings: kept,
        shardsMax: kept.shards,
        retentionDays: retention_days,
        retentionDaysBefore: retention_days,
        retentionFrom: dayOf(now_ms()),
      }),
    );
    return c.json(gameOf({ game, role: "owner" }), 201);
  })
  .openapi(getGames, async (c) => c.json({ games: await myGames(c) }, 200))
  .openapi(getGame, async (c) =>
    c.json(gameOf(await requireGame(c, c.req.valid("param").id, reader)), 200),
  )
  .openapi(changeGame, async (c) => {
    const access = await requireGame(c, c.req.valid("param").id, manager);
    return c.json(await change(c, access, c.req.valid("json")), 200);
  })
  .openapi(removeGame, async (c) => {
    const { id } = c.req.valid("param");
    const { game, role } = await requireGame(c, id, manager);
    if (role !== "owner") throw new ProblemError("not_allowed", { detail: "owners alone may" });
    const { db } = c.var.services;
    await queried(() => db.batch(deleteGame(db, id)));
    deleteBehind(c);
    // The job behind it tells buffers until they have heard.
    await tellBuffersIfHeard(c, id, shardsEver(game));
    return c.json({ done: true as const }, 200);
  });

async function myGames(c: Context<AppEnv>): Promise<Game[]> {
  const identity = await requireIdentity(c, "analytics:read");
  const { db } = c.var.services;
  const owner =
    identity.type === "key" ? identity.owner : ({ type: "user", id: identity.user.id } as const);
  if (owner.type === "organization") {
    const games = await queried(() => listGames(db, undefined, [owner.id]));
    return games.map((game) => gameOf({ game, role: "admin" }));
  }
  const memberships = await queried(() => listOrganizations(db, owner.id));
  const roles = new Map(memberships.map(({ organization, role }) => [organization.id, role]));
  const games = await queried(() => listGames(db, owner.id, [...roles.keys()]));
  return games.map((game) => {
    const kept = game.organizationId === null ? undefined : roles.get(game.organizationId);
    const role: Role = kept === undefined ? "owner" : roleOf(kept);
    return gameOf({ game, role });
  });
}

async function change(
  c: Context<AppEnv>,
  { game, role }: GameAccess,
  { name, retention_days, settings }: z.output<typeof updateGameSchema>,
): Promise<Game> {
  const { db, now_ms } = c.var.services;
  const before = gameSettingsSchema.parse(game.settings);
  const after = gameSettingsSchema.parse({ ...before, ...settings });
  const retention =
    retention_days === undefined || retention_days === game.retentionDays
      ? undefined
      : nextRetention(game, retention_days, now_ms());
  const changed = await queried(() =>
    updateGame(db, game, {
      name,
      settings: after,
      shards: Math.max(before.shards, after.shards),
      retention,
    }),
  );
  if (changed === undefined)
    throw new ProblemError("unavailable", { detail: "somebody else changed it", retryAfter_s: 1 });
  // Buffers that are not used any more hear of it as well: they may still hold batches.
  await tellBuffers(c, game.id, shardsEver(changed));
  return gameOf({ game: changed, role });
}

/**
 * From the day after tomorrow on, so that no event that a client may still send has another place
 * than its first copy; and not again before all such events are older than the change.
 */
function nextRetention(game: GameAccess["game"], days: number, now_ms: number) {
  const settled_ms = Date.parse(`${game.retentionFrom}T00:00:00Z`) + clockLimits.past_ms_max;
  const changedBefore = game.retentionDays !== game.retentionDaysBefore;
  if (changedBefore && now_ms < settled_ms)
    throw new ProblemError("limit_reached", {
      detail: `this can change again on ${dayOf(settled_ms + day_ms)}`,
    });
  return { days, before: game.retentionDays, from: dayOf(now_ms + 2 * day_ms) };
}
