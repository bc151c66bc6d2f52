import { createRoute, z } from "@hono/zod-openapi";
import {
  countGameKeys,
  insertGameKey,
  listGameKeys,
  revokeGameKey,
} from "../../../db/queries/analytics-key.ts";
import type { AnalyticsKeyRow } from "../../../db/schema/analytics.ts";
import { gameKeys_max } from "../../../protocol/analytics/buffer.ts";
import { gameIdSchema } from "../../../protocol/analytics/game.ts";
import {
  createdGameKeySchema,
  createGameKeySchema,
  type GameKey,
  gameKeyIdSchema,
  gameKeysSchema,
} from "../../../protocol/analytics/key.ts";
import { doneSchema } from "../../../protocol/identity/account.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { randomId } from "../../random-id.ts";
import { requireGame, shardsEver } from "../access.ts";
import { tellBuffers, tellBuffersIfHeard } from "../buffers.ts";
import { keyHash, keyStart, keyTextOf } from "../key-text.ts";

const tags = ["analytics"];
const params = z.object({ id: gameIdSchema });
const manager = { role: "admin", scope: "analytics:write" } as const;

const getKeys = createRoute({
  method: "get",
  path: "/v1/analytics/games/{id}/keys",
  tags,
  summary: "A game's keys",
  middleware: [rateLimit("anonymous")],
  request: { params },
  responses: {
    200: answer("Every key, revoked ones too", gameKeysSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const createKey = createRoute({
  method: "post",
  path: "/v1/analytics/games/{id}/keys",
  tags,
  summary: "Make a write key, or a secret key for the game's own servers",
  description: "The key itself is in this answer and nowhere else.",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: 1024 })],
  request: { params, body: body(createGameKeySchema) },
  responses: {
    201: answer("The key", createdGameKeySchema),
    ...problems(400, 401, 403, 404, 409, 413, 415, 429, 503),
  },
});

const revokeKey = createRoute({
  method: "post",
  path: "/v1/analytics/games/{id}/keys/{keyId}/revoke",
  tags,
  summary: "Revoke a key, at once and for good",
  middleware: [rateLimit("account_write")],
  request: { params: params.extend({ keyId: gameKeyIdSchema }) },
  responses: {
    200: answer("It opens nothing any more", doneSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

/** Keys that games write with. */
export const gameKeyRoutes = createModule()
  .openapi(getKeys, async (c) => {
    const { id } = c.req.valid("param");
    await requireGame(c, id, manager);
    const rows = await queried(() => listGameKeys(c.var.services.db, id));
    return c.json({ keys: rows.map(keyOf) }, 200);
  })
  .openapi(createKey, async (c) => {
    const { id: gameId } = c.req.valid("param");
    const { game } = await requireGame(c, gameId, manager);
    const { name, kind, env } = c.req.valid("json");
    const { db, settings } = c.var.services;
    if ((await queried(() => countGameKeys(db, gameId))) >= gameKeys_max)
      throw new ProblemError("limit_reached", { detail: `at most ${gameKeys_max} keys` });
    const [signer] = settings.ROOM_TOKEN_KEYS.reveal();
    if (signer === undefined) throw new ProblemError("unavailable");
    const keyId = randomId(12);
    const key = await keyTextOf({ kind, gameId, keyId, env }, signer);
    const hash = await keyHash(key);
    const start = keyStart(key);
    const row = await queried(() =>
      insertGameKey(db, { id: keyId, gameId, kind, env, name, start, hash }),
    );
    // It holds, and this is the only time that it is told: a buffer that hears nothing looks it up itself.
    await tellBuffersIfHeard(c, gameId, shardsEver(game));
    return c.json({ key, info: keyOf(row) }, 201);
  })
  .openapi(revokeKey, async (c) => {
    const { id, keyId } = c.req.valid("param");
    const { game } = await requireGame(c, id, manager);
    const row = await queried(() => revokeGameKey(c.var.services.db, id, keyId));
    if (row === undefined) throw new ProblemError("not_found");
    await tellBuffers(c, id, shardsEver(game));
    return c.json({ done: true as const }, 200);
  });

function keyOf(row: AnalyticsKeyRow): GameKey {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    env: row.env,
    start: row.start,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
