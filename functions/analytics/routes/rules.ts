import { createRoute, z } from "@hono/zod-openapi";
import { findGameConfig, replaceEventRules } from "../../../db/queries/analytics-game.ts";
import { gameConfigSchema } from "../../../protocol/analytics/buffer.ts";
import { eventRulesSchema } from "../../../protocol/analytics/event-schema.ts";
import { gameIdSchema } from "../../../protocol/analytics/game.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { requireGame, shardsEver } from "../access.ts";
import { tellBuffers } from "../buffers.ts";

const tags = ["analytics"];
const params = z.object({ id: gameIdSchema });
/** Rules travel to every buffer and into the memory of isolates. */
const rules_bytes_max = 48 * 1024;

const getRules = createRoute({
  method: "get",
  path: "/v1/analytics/games/{id}/schemas",
  tags,
  summary: "What a game wants of its custom events, by name",
  middleware: [rateLimit("anonymous")],
  request: { params },
  responses: {
    200: answer("Every schema", eventRulesSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const putRules = createRoute({
  method: "post",
  path: "/v1/analytics/games/{id}/schemas",
  tags,
  summary: "Set what a game wants of its custom events",
  description: "In the place of all schemas there were. They hold from the next batch on.",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: rules_bytes_max })],
  request: { params, body: body(eventRulesSchema) },
  responses: {
    200: answer("Every schema", eventRulesSchema),
    ...problems(400, 401, 403, 404, 413, 415, 429, 503),
  },
});

/** Schemas by event name. */
export const eventRuleRoutes = createModule()
  .openapi(getRules, async (c) => {
    const { id } = c.req.valid("param");
    await requireGame(c, id, { role: "member", scope: "analytics:read" });
    const found = await queried(() => findGameConfig(c.var.services.db, id));
    if (found === undefined) throw new ProblemError("not_found");
    return c.json({ rules: gameConfigSchema.parse(found).rules }, 200);
  })
  .openapi(putRules, async (c) => {
    const { id } = c.req.valid("param");
    const { game } = await requireGame(c, id, { role: "admin", scope: "analytics:write" });
    const { rules } = c.req.valid("json");
    await queried(() => replaceEventRules(c.var.services.db, id, rules));
    await tellBuffers(c, id, shardsEver(game));
    return c.json({ rules }, 200);
  });
