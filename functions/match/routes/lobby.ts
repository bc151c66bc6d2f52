import { createRoute, z } from "@hono/zod-openapi";
import { confirmRules } from "../../../db/queries/match-standing.ts";
import {
  consentSchema,
  enteredLobbySchema,
  enterLobbySchema,
  iceRequestSchema,
  iceSchema,
  rulesStandingSchema,
  standingSchema,
} from "../../../protocol/match/rest-lobby.ts";
import { roomIdSchema } from "../../../protocol/room.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { requireUser } from "../../identity/identify.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { randomId } from "../../random-id.ts";
import { requireMember } from "../call.ts";
import { enterLobby } from "../enter.ts";
import { iceServersFor } from "../ice-servers.ts";
import { originOf, rememberDevice } from "../origin.ts";
import { regionOf } from "../region.ts";
import { standingOf } from "../standing.ts";

const tags = ["match"];
const body_bytes_max = 8 * 1024;

const getStanding = createRoute({
  method: "get",
  path: "/v1/match/me",
  tags,
  summary: "What I have, and what I lack before a first call",
  middleware: [rateLimit("signed_in")],
  responses: { 200: answer("Where I stand", standingSchema), ...problems(401, 403, 429, 503) },
});

const confirm = createRoute({
  method: "post",
  path: "/v1/match/consent",
  tags,
  summary: "Confirm that I am an adult and keep the rules",
  description:
    "Kept with its date; the first time counts. A newer version of the rules asks again.",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(consentSchema) },
  responses: {
    200: answer("What is kept", rulesStandingSchema),
    ...problems(400, 401, 403, 413, 415, 429, 503),
  },
});

const enter = createRoute({
  method: "post",
  path: "/v1/match/lobby",
  tags,
  summary: "Enter a lobby",
  description:
    "Takes a profile and the confirmed rules. Answers with tokens that open one socket each, within a minute; ask anew for each entry. Guests from where somebody banned has been are asked for an account first (`account_required`).",
  middleware: [rateLimit("match_lobby"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(enterLobbySchema) },
  responses: {
    200: answer("The way in", enteredLobbySchema),
    ...problems(400, 401, 403, 413, 415, 429, 503),
  },
});

const mintIce = createRoute({
  method: "post",
  path: "/v1/match/calls/{id}/ice",
  tags,
  summary: "STUN and TURN servers for a call of mine",
  middleware: [rateLimit("match_lobby"), jsonBody({ bytes_max: body_bytes_max })],
  request: { params: z.object({ id: roomIdSchema }), body: body(iceRequestSchema) },
  responses: {
    200: answer("The servers, with credentials made for this call", iceSchema),
    ...problems(400, 401, 403, 404, 413, 415, 429, 503),
  },
});

/** Everything on the way from a profile into a call. */
export const lobbyRoutes = createModule()
  .openapi(getStanding, async (c) => {
    const { user } = await requireUser(c);
    return c.json(await standingOf(c.var.services, user.id, await originOf(c, user)), 200);
  })
  .openapi(confirm, async (c) => {
    const { user } = await requireUser(c);
    const { rulesVersion: version } = c.req.valid("json");
    const confirmedAt = await queried(() => confirmRules(c.var.services.db, user.id, version));
    return c.json({ version, confirmedAt: confirmedAt.toISOString() }, 200);
  })
  .openapi(enter, async (c) => {
    const { user } = await requireUser(c);
    const home = regionOf(continentOf(c.req.raw));
    const { region = home } = c.req.valid("json");
    const origin = await originOf(c, user);
    const entered = await enterLobby(c.var.services, user.id, { home, region, origin });
    await rememberDevice(c, user, origin);
    return c.json(entered, 200);
  })
  .openapi(mintIce, async (c) => {
    const { user } = await requireUser(c);
    const { id } = c.req.valid("param");
    await requireMember(c, id, user.id, c.req.valid("json").token);
    // Servers log the name: a random one tells neither of two calls that they are the same person's.
    return c.json(await iceServersFor(c.var.services, randomId()), 200);
  });

/** What Cloudflare adds to a request; nothing on a machine of one's own. */
function continentOf(request: Request): unknown {
  return Reflect.get(Object(Reflect.get(request, "cf")), "continent");
}
