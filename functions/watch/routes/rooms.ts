import { createRoute } from "@hono/zod-openapi";
import { listWatchRoomsSchema, watchRoomListSchema } from "../../../protocol/watch/listing.ts";
import {
  createdWatchRoomSchema,
  createWatchRoomSchema,
  updateWatchRoomSchema,
  watchRoomSchema,
} from "../../../protocol/watch/rest.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { changeRoom, endRoom } from "../change.ts";
import { listOwnRooms, listPublicRooms } from "../list.ts";
import { makeRoom } from "../make.ts";
import { findRoom, shownRoom } from "../room.ts";
import { body_bytes_max, params, seatHeader, tags } from "./shared.ts";

const createWatchRoom = createRoute({
  method: "post",
  path: "/v1/watch/rooms",
  tags,
  summary: "Make a room",
  description:
    "The seat in the answer makes its holder the host. What is shown first is a clip that ships, a file or a stream by its https address, or a YouTube video; the server fetches none of them. Wakes no room.",
  middleware: [rateLimit("watch_create"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(createWatchRoomSchema) },
  responses: {
    201: answer("The room, and the seat of its host", createdWatchRoomSchema),
    ...problems(400, 401, 403, 413, 415, 429, 503),
  },
});

const listWatchRooms = createRoute({
  method: "get",
  path: "/v1/watch/rooms",
  tags,
  summary: "Public rooms, the most recently active first; or my own",
  description:
    "With `mine=true` the rooms that the signed-in caller made, the newest first. When the directory does not answer, public rooms come newest first, `counts` is null, and what only rooms know is null.",
  middleware: [rateLimit("watch_list")],
  request: { query: listWatchRoomsSchema },
  responses: {
    200: answer("A page of rooms", watchRoomListSchema),
    ...problems(400, 401, 403, 429, 503),
  },
});

const getWatchRoom = createRoute({
  method: "get",
  path: "/v1/watch/rooms/{id}",
  tags,
  summary: "What a room is",
  description: "A room that has expired or was ended answers with 410 `room_expired`.",
  middleware: [rateLimit("anonymous")],
  request: { params },
  responses: { 200: answer("The room", watchRoomSchema), ...problems(400, 404, 410, 429, 503) },
});

const updateWatchRoom = createRoute({
  method: "patch",
  path: "/v1/watch/rooms/{id}",
  tags,
  summary: "Change a room",
  description:
    "For its host, by seat, or for the account that made it. People inside see it at once. Whoever has a seat needs no new password.",
  middleware: [rateLimit("watch_change"), jsonBody({ bytes_max: body_bytes_max })],
  request: { params, headers: seatHeader, body: body(updateWatchRoomSchema) },
  responses: {
    200: answer("The room as it is now", watchRoomSchema),
    ...problems(400, 401, 403, 404, 410, 413, 415, 429, 503),
  },
});

const deleteWatchRoom = createRoute({
  method: "delete",
  path: "/v1/watch/rooms/{id}",
  tags,
  summary: "End a room, for everybody",
  description:
    "For its host, by seat, or for the account that made it. Nothing of the room is kept. A room that is over already answers with 410 `room_expired`.",
  middleware: [rateLimit("watch_change")],
  request: { params, headers: seatHeader },
  responses: {
    204: { description: "It is over" },
    ...problems(400, 401, 403, 404, 410, 429, 503),
  },
});

/** Rooms: to make one, to find one, to change it and to end it. */
export const roomRoutes = createModule()
  .openapi(createWatchRoom, async (c) => c.json(await makeRoom(c, c.req.valid("json")), 201))
  .openapi(listWatchRooms, async (c) => {
    const { mine, limit, cursor } = c.req.valid("query");
    const list = mine === "true" ? listOwnRooms : listPublicRooms;
    return c.json(await list(c, { limit, cursor }), 200);
  })
  .openapi(getWatchRoom, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(shownRoom(await findRoom(c, id)), 200);
  })
  .openapi(updateWatchRoom, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await changeRoom(c, id, c.req.valid("json")), 200);
  })
  .openapi(deleteWatchRoom, async (c) => {
    await endRoom(c, c.req.valid("param").id);
    return c.body(null, 204);
  });
