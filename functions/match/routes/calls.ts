import { createRoute, z } from "@hono/zod-openapi";
import { rateCall } from "../../../db/queries/match-call.ts";
import { identityIdSchema } from "../../../protocol/identity/id.ts";
import {
  blockedSchema,
  blocksSchema,
  callsKept_days,
  pageQuerySchema,
  pastCallsSchema,
  ratedSchema,
  rateSchema,
  reportedSchema,
  reportSchema,
} from "../../../protocol/match/rest-calls.ts";
import { roomIdSchema } from "../../../protocol/room.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { requireUser } from "../../identity/identify.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { block, blocksOf, unblock } from "../blocks.ts";
import { pastCalls } from "../calls.ts";
import { personOf } from "../person.ts";
import { report } from "../reports.ts";

const tags = ["match"];
const body_bytes_max = 8 * 1024;
const member = z.object({ member: identityIdSchema });

const getCalls = createRoute({
  method: "get",
  path: "/v1/match/calls",
  tags,
  summary: "My calls, newest first",
  description: `They are kept for ${callsKept_days} days.`,
  middleware: [rateLimit("signed_in")],
  request: { query: pageQuerySchema },
  responses: { 200: answer("One page", pastCallsSchema), ...problems(400, 401, 403, 429, 503) },
});

const rate = createRoute({
  method: "post",
  path: "/v1/match/calls/{id}/rating",
  tags,
  summary: "Rate a call of mine that is over",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: body_bytes_max })],
  request: { params: z.object({ id: roomIdSchema }), body: body(rateSchema) },
  responses: {
    200: answer("The rating as it is kept", ratedSchema),
    ...problems(400, 401, 403, 404, 413, 415, 429, 503),
  },
});

const makeReport = createRoute({
  method: "post",
  path: "/v1/match/reports",
  tags,
  summary: "Report the partner of a call, during it or after",
  description:
    "One report a call; a second one changes nothing. Blocks the partner too, unless told not to.",
  middleware: [rateLimit("match_report"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(reportSchema) },
  responses: {
    201: answer("It is kept", reportedSchema),
    ...problems(400, 401, 403, 404, 409, 413, 415, 429, 503),
  },
});

const getBlocks = createRoute({
  method: "get",
  path: "/v1/match/blocks",
  tags,
  summary: "Whom I have blocked, newest first",
  middleware: [rateLimit("signed_in")],
  request: { query: pageQuerySchema },
  responses: { 200: answer("One page", blocksSchema), ...problems(400, 401, 403, 429, 503) },
});

const makeBlock = createRoute({
  method: "post",
  path: "/v1/match/blocks/{member}",
  tags,
  summary: "Never meet somebody again, nor they me",
  middleware: [rateLimit("match_block")],
  request: { params: member },
  responses: {
    200: answer("It holds", blockedSchema),
    ...problems(400, 401, 403, 404, 409, 429, 503),
  },
});

const deleteBlock = createRoute({
  method: "delete",
  path: "/v1/match/blocks/{member}",
  tags,
  summary: "Take my block of somebody back",
  middleware: [rateLimit("match_block")],
  request: { params: member },
  responses: { 200: answer("It is gone", blockedSchema), ...problems(400, 401, 403, 429, 503) },
});

/** What comes after a call. */
export const callRoutes = createModule()
  .openapi(getCalls, async (c) => {
    const userId = await personOf(c, "match:read");
    return c.json(await pastCalls(c.var.services, userId, c.req.valid("query")), 200);
  })
  .openapi(rate, async (c) => {
    const { user } = await requireUser(c);
    const { id } = c.req.valid("param");
    const { rating } = c.req.valid("json");
    const done = await queried(() => rateCall(c.var.services.db, id, user.id, rating));
    if (!done) throw new ProblemError("not_found");
    return c.json({ callId: id, rating }, 200);
  })
  .openapi(makeReport, async (c) => {
    const { user } = await requireUser(c);
    return c.json(await report(c, user.id, c.req.valid("json")), 201);
  })
  .openapi(getBlocks, async (c) => {
    const userId = await personOf(c, "match:read");
    return c.json(await blocksOf(c.var.services, userId, c.req.valid("query")), 200);
  })
  .openapi(makeBlock, async (c) => {
    const { user } = await requireUser(c);
    const done = await block(c.var.services, user.id, c.req.valid("param").member);
    return c.json({ ...done, blocked: true }, 200);
  })
  .openapi(deleteBlock, async (c) => {
    const { user } = await requireUser(c);
    const done = await unblock(c.var.services, user.id, c.req.valid("param").member);
    return c.json({ ...done, blocked: false }, 200);
  });
