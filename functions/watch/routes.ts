import { createRoute, z } from "@hono/zod-openapi";
import { tokenExpiry_ms } from "../../platform/tokens/jwt.ts";
import { roomTokenLifetime_ms, signRoomToken } from "../../platform/tokens/room.ts";
import { seatLifetime_ms, signSeat } from "../../platform/tokens/seat.ts";
import { roomIdSchema } from "../../protocol/room.ts";
import { findSampleMedia, sampleMedia } from "../../protocol/watch/media.ts";
import {
  createdWatchRoomSchema,
  createWatchRoomSchema,
  joinedWatchRoomSchema,
  joinWatchRoomSchema,
  watchMediaListSchema,
  watchRoomSchema,
  watchRoomStateSchema,
} from "../../protocol/watch/rest.ts";
import { answer, body, createModule, problems } from "../app.ts";
import { cacheOf } from "../cache.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { ProblemError } from "../problem.ts";
import { randomId } from "../random-id.ts";
import { askRoom } from "../rooms/stub.ts";
import { createRoom, findRoom } from "./room.ts";
import { seatOf } from "./seat.ts";

const tags = ["watch"];
const params = z.object({ id: roomIdSchema });
const body_bytes_max = 4 * 1024;
const state_ms_max = 3_000;

const createWatchRoom = createRoute({
  method: "post",
  path: "/v1/watch/rooms",
  tags,
  summary: "Make a room",
  middleware: [rateLimit("watch_create"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(createWatchRoomSchema) },
  responses: {
    201: answer("The room, and the seat of its host", createdWatchRoomSchema),
    ...problems(400, 413, 415, 429, 503),
  },
});

const getWatchRoom = createRoute({
  method: "get",
  path: "/v1/watch/rooms/{id}",
  tags,
  summary: "What a room is",
  middleware: [rateLimit("anonymous")],
  request: { params },
  responses: { 200: answer("The room", watchRoomSchema), ...problems(400, 404, 429, 503) },
});

const joinWatchRoom = createRoute({
  method: "post",
  path: "/v1/watch/rooms/{id}/join",
  tags,
  summary: "Join a room",
  description:
    "Answers with a token that opens one room's socket within a minute, and with the seat for the next join.",
  middleware: [rateLimit("anonymous"), jsonBody({ bytes_max: body_bytes_max })],
  request: { params, body: body(joinWatchRoomSchema) },
  responses: {
    200: answer("Who the caller is in this room, and how to enter it", joinedWatchRoomSchema),
    ...problems(400, 401, 404, 413, 415, 429, 503),
  },
});

const getWatchRoomState = createRoute({
  method: "get",
  path: "/v1/watch/rooms/{id}/state",
  tags,
  summary: "What is going on in a room",
  description: "Wakes the room. Members get the same over their socket, sooner and for less.",
  middleware: [rateLimit("anonymous")],
  request: { params },
  responses: {
    200: answer("The room's own word", watchRoomStateSchema),
    ...problems(400, 404, 429, 503),
  },
});

const listWatchMedia = createRoute({
  method: "get",
  path: "/v1/watch/media",
  tags,
  summary: "The clips a room can show",
  middleware: [rateLimit("anonymous")],
  responses: { 200: answer("Every clip", watchMediaListSchema), ...problems(429) },
});

/** Rooms to watch one video in together. What happens inside them goes over their sockets. */
export const watchRoutes = createModule()
  .openapi(createWatchRoom, async (c) => {
    const { services } = c.var;
    const { title, mediaId } = c.req.valid("json");
    const media = findSampleMedia(mediaId);
    if (media === undefined)
      throw new ProblemError("bad_request", {
        issues: [{ path: "mediaId", message: "there is no such clip" }],
      });
    const room = await createRoom(services.db, title, media);
    const seat = await signSeat(
      { member: randomId(), role: "host" },
      { party: "watch", room: room.id },
      services.settings.ROOM_TOKEN_KEYS.reveal(),
      { now_ms: services.now_ms(), lifetime_ms: seatLifetime_ms },
    );
    return c.json({ room, seat }, 201);
  })
  .openapi(getWatchRoom, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await findRoom(c.var.services.db, cacheOf(c), id), 200);
  })
  .openapi(joinWatchRoom, async (c) => {
    const { services } = c.var;
    const keys = services.settings.ROOM_TOKEN_KEYS.reveal();
    const { id } = c.req.valid("param");
    const { name, seat: shown } = c.req.valid("json");
    const address = { party: "watch", room: id } as const;
    const room = await findRoom(services.db, cacheOf(c), id);
    const now_ms = services.now_ms();
    const { member, role } = await seatOf(shown, address, keys, now_ms);
    const lifetime = { now_ms, lifetime_ms: roomTokenLifetime_ms };
    const claims = { ...address, member, name, role, data: { mediaId: room.media.id } };
    const [token, seat] = await Promise.all([
      signRoomToken(claims, keys, lifetime),
      signSeat({ member, role }, address, keys, { now_ms, lifetime_ms: seatLifetime_ms }),
    ]);
    return c.json(
      {
        room,
        memberId: member,
        role,
        seat,
        token,
        tokenExpiresAt_ms: tokenExpiry_ms(lifetime),
        socketPath: `/parties/watch/${id}`,
      },
      200,
    );
  })
  .openapi(getWatchRoomState, async (c) => {
    const { db, rooms } = c.var.services;
    const { id } = c.req.valid("param");
    // Only a room that exists is woken: ids made up by strangers would wake one each.
    await findRoom(db, cacheOf(c), id);
    const request = { type: "state" };
    const schema = watchRoomStateSchema;
    return c.json(await askRoom(rooms.watch, "watch", id, request, schema, state_ms_max), 200);
  })
  .openapi(listWatchMedia, (c) => c.json({ media: [...sampleMedia] }, 200));

export type WatchApi = typeof watchRoutes;
