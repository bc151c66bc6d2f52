import { z } from "zod";
import { roomIdSchema } from "../room.ts";
import { lineOf } from "../text.ts";
import { watchRoleSchema } from "./down.ts";
import { mediaSchema } from "./media.ts";

const personName = lineOf(40);

/** Body of `POST /v1/watch/rooms`. */
export const createWatchRoomSchema = z
  .object({
    title: lineOf(80),
    mediaId: z.string().min(1).max(64).default("timecode"),
  })
  .meta({ id: "CreateWatchRoom" });
export type CreateWatchRoom = z.input<typeof createWatchRoomSchema>;

export const watchRoomSchema = z
  .object({
    id: roomIdSchema,
    title: z.string(),
    media: mediaSchema,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "WatchRoom" });
export type WatchRoom = z.infer<typeof watchRoomSchema>;

/**
 * Answer to `POST /v1/watch/rooms`. The seat is a signed note that says who its holder is in this
 * room and in what role; a page keeps it and shows it at each join, so that a reload is the same person.
 */
export const createdWatchRoomSchema = z
  .object({ room: watchRoomSchema, seat: z.string() })
  .meta({ id: "CreatedWatchRoom" });

/** Body of `POST /v1/watch/rooms/:id/join`. Without a seat a new viewer is made. */
export const joinWatchRoomSchema = z
  .object({
    name: personName,
    seat: z.string().max(2048).optional(),
  })
  .meta({ id: "JoinWatchRoom" });
export type JoinWatchRoom = z.input<typeof joinWatchRoomSchema>;

/** Answer to a join: a short-lived token for one socket, and the seat for the next join. */
export const joinedWatchRoomSchema = z
  .object({
    room: watchRoomSchema,
    memberId: z.string(),
    role: watchRoleSchema,
    seat: z.string(),
    token: z.string(),
    tokenExpiresAt_ms: z.number().int(),
    /** Path of the socket on the API's origin; the token goes into its `token` query parameter. */
    socketPath: z.string(),
  })
  .meta({ id: "JoinedWatchRoom" });
export type JoinedWatchRoom = z.infer<typeof joinedWatchRoomSchema>;

/** Answer to `GET /v1/watch/media`: every clip a room can be made with. */
export const watchMediaListSchema = z
  .object({ media: z.array(mediaSchema) })
  .meta({ id: "WatchMediaList" });

/** What the room itself says of the moment, without a socket. */
export const watchRoomStateSchema = z
  .object({
    position_ms: z.number(),
    playing: z.boolean(),
    members: z.number().int(),
    server_ms: z.number(),
  })
  .meta({ id: "WatchRoomState" });
