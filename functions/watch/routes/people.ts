import { createRoute } from "@hono/zod-openapi";
import { revokeWatchInvites } from "../../../db/queries/watch.ts";
import { createWatchInviteSchema, watchInviteSchema } from "../../../protocol/watch/invite.ts";
import { joinedWatchRoomSchema, joinWatchRoomSchema } from "../../../protocol/watch/rest.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { newInvite } from "../invite.ts";
import { joinRoom } from "../join.ts";
import { findRow, forgetCopies, missing } from "../room.ts";
import { standingOf } from "../standing.ts";
import { body_bytes_max, params, seatHeader, tags } from "./shared.ts";

const joinWatchRoom = createRoute({
  method: "post",
  path: "/v1/watch/rooms/{id}/join",
  tags,
  summary: "Join a room",
  description:
    "Answers with a token that opens one room's socket within a minute, with one that opens it again for twelve hours, and with the seat for the next join. A room with a password takes the password, an invite, or a seat from before; tries are limited. Wakes no room.",
  middleware: [rateLimit("watch_join"), jsonBody({ bytes_max: body_bytes_max })],
  request: { params, body: body(joinWatchRoomSchema) },
  responses: {
    200: answer("Who the caller is in this room, and how to enter it", joinedWatchRoomSchema),
    ...problems(400, 401, 403, 404, 410, 413, 415, 429, 503),
  },
});

const createWatchInvite = createRoute({
  method: "post",
  path: "/v1/watch/rooms/{id}/invites",
  tags,
  summary: "Invite people",
  description:
    "For those whom the room lets invite, by seat; co-hosts can be invited by the host alone. Whoever shows the invite at a join needs no password. Nothing is kept of it.",
  middleware: [rateLimit("watch_change"), jsonBody({ bytes_max: body_bytes_max })],
  request: { params, headers: seatHeader, body: body(createWatchInviteSchema) },
  responses: {
    201: answer("The invite", watchInviteSchema),
    ...problems(400, 401, 403, 404, 410, 413, 415, 429, 503),
  },
});

const revokeInvites = createRoute({
  method: "delete",
  path: "/v1/watch/rooms/{id}/invites",
  tags,
  summary: "Revoke all invites of a room",
  description:
    "For its host and co-hosts, by seat. Whoever came by one stays. Made anew, invites work again.",
  middleware: [rateLimit("watch_change")],
  request: { params, headers: seatHeader },
  responses: {
    204: { description: "No invite made before now works" },
    ...problems(400, 401, 403, 404, 410, 429, 503),
  },
});

/** The ways into a room. */
export const peopleRoutes = createModule()
  .openapi(joinWatchRoom, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await joinRoom(c, id, c.req.valid("json")), 200);
  })
  .openapi(createWatchInvite, async (c) => {
    const { id } = c.req.valid("param");
    const wanted = c.req.valid("json");
    const { settings, now_ms } = c.var.services;
    const row = await findRow(c, id);
    const { role, mayInvite } = await standingOf(c, id, row);
    if (!mayInvite)
      throw new ProblemError("not_allowed", { detail: "in this room others invite; ask the host" });
    if (wanted.role === "cohost" && role !== "host")
      throw new ProblemError("not_allowed", { detail: "only the host can invite co-hosts" });
    const keys = settings.ROOM_TOKEN_KEYS.reveal();
    return c.json(await newInvite(row, wanted, keys, now_ms()), 201);
  })
  .openapi(revokeInvites, async (c) => {
    const { id } = c.req.valid("param");
    const { role } = await standingOf(c, id, await findRow(c, id));
    if (role === "viewer")
      throw new ProblemError("not_allowed", { detail: "only the host and co-hosts may do this" });
    const found = await queried(() => revokeWatchInvites(c.var.services.db, id));
    await forgetCopies(c, id);
    if (!found) return await missing(c, id);
    return c.body(null, 204);
  });
