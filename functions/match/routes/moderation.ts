import { createRoute, z } from "@hono/zod-openapi";
import {
  banSchema,
  bansQuerySchema,
  bansSchema,
  createBanSchema,
  decideSchema,
  moderatedReportSchema,
  moderatedReportsSchema,
  reportsQuerySchema,
} from "../../../protocol/match/rest-moderation.ts";
import { roomIdSchema } from "../../../protocol/room.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { byAccountOrToken, operatorsOnly } from "../../identity/operator.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ban, bans, decide, deciderOf, lift, reports } from "../moderation.ts";

const tags = ["moderation"];
const security = [{ bearer: [] }];
const guard = operatorsOnly(byAccountOrToken);
const params = z.object({ id: roomIdSchema });
const body_bytes_max = 4 * 1024;

const getReports = createRoute({
  method: "get",
  path: "/v1/match/moderation/reports",
  tags,
  security,
  summary: "Reports: open ones oldest first, decided ones newest first",
  middleware: [rateLimit("signed_in"), guard],
  request: { query: reportsQuerySchema },
  responses: {
    200: answer("One page", moderatedReportsSchema),
    ...problems(400, 401, 403, 429, 503),
  },
});

const decideReport = createRoute({
  method: "post",
  path: "/v1/match/moderation/reports/{id}/decide",
  tags,
  security,
  summary: "Decide a report",
  description:
    "A ban holds at once: whom it is of is put out of all lobbies and queues, and of the call.",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: body_bytes_max }), guard],
  request: { params, body: body(decideSchema) },
  responses: {
    200: answer("The report", moderatedReportSchema),
    ...problems(400, 401, 403, 404, 409, 413, 415, 429, 503),
  },
});

const getBans = createRoute({
  method: "get",
  path: "/v1/match/moderation/bans",
  tags,
  security,
  summary: "Bans, newest first",
  middleware: [rateLimit("signed_in"), guard],
  request: { query: bansQuerySchema },
  responses: { 200: answer("One page", bansSchema), ...problems(400, 401, 403, 429, 503) },
});

const makeBan = createRoute({
  method: "post",
  path: "/v1/match/moderation/bans",
  tags,
  security,
  summary: "Ban somebody without a report",
  description: "Holds at once, like a ban that comes of a report.",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: body_bytes_max }), guard],
  request: { body: body(createBanSchema) },
  responses: {
    201: answer("The ban", banSchema),
    ...problems(400, 401, 403, 404, 413, 415, 429, 503),
  },
});

const deleteBan = createRoute({
  method: "delete",
  path: "/v1/match/moderation/bans/{id}",
  tags,
  security,
  summary: "Lift a ban",
  middleware: [rateLimit("account_write"), guard],
  request: { params },
  responses: { 200: answer("The ban", banSchema), ...problems(400, 401, 403, 404, 429, 503) },
});

/** For those who look after the place. */
export const moderationRoutes = createModule()
  .openapi(getReports, async (c) =>
    c.json(await reports(c.var.services, c.req.valid("query")), 200),
  )
  .openapi(decideReport, async (c) => {
    const { id } = c.req.valid("param");
    const decidedBy = await deciderOf(c);
    return c.json(await decide(c.var.services, id, c.req.valid("json"), decidedBy), 200);
  })
  .openapi(getBans, async (c) => c.json(await bans(c.var.services, c.req.valid("query")), 200))
  .openapi(makeBan, async (c) => {
    const bannedBy = await deciderOf(c);
    return c.json(await ban(c.var.services, c.req.valid("json"), bannedBy), 201);
  })
  .openapi(deleteBan, async (c) => {
    const liftedBy = await deciderOf(c);
    return c.json(await lift(c.var.services, c.req.valid("param").id, liftedBy), 200);
  });
