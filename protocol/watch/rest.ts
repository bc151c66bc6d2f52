import { z } from "zod";
import { roomIdSchema } from "../room.ts";
import { lineOf } from "../text.ts";
import { mediaSchema } from "./media.ts";
import { memberIdSchema, participants_default } from "./member.ts";
import { maxParticipantsSchema } from "./options.ts";
import { permissionsSchema, watchRoleSchema } from "./permissions.ts";
import { sourceSchema } from "./source.ts";

const personName = lineOf(40);
const roomTitle = lineOf(80);
/** What a room's password may be: said in a body, never in an address. */
const roomPassword = z.string().min(4).max(100);

/** Body of `POST /v1/watch/rooms`. Without a source the room begins with a clip that ships. */
export const createWatchRoomSchema = z
  .object({
    title: roomTitle,
    /** What is shown first. */
    source: sourceSchema.optional(),
    /** The same by a shipped clip's id alone. */
    mediaId: z.string().min(1).max(64).optional(),
    maxParticipants: maxParticipantsSchema.default(participants_default),
    permissions: permissionsSchema.prefault({}),
    /** Wait up to 5 s, before each start, for those whose player is not ready. */
    gate: z.boolean().default(false),
    /** Stands in the public list. */
    public: z.boolean().default(false),
    password: roomPassword.optional(),
  })
  .refine(({ source, mediaId }) => source === undefined || mediaId === undefined, {
    path: ["mediaId"],
    message: "say either source or mediaId",
  })
  .meta({ id: "CreateWatchRoom" });
export type CreateWatchRoom = z.input<typeof createWatchRoomSchema>;

/** A room as it was made, or changed over HTTP. What goes on in it, the room itself says. */
export const watchRoomSchema = z
  .object({
    id: roomIdSchema,
    title: z.string(),
    /** What was shown first. */
    source: sourceSchema,
    maxParticipants: z.number().int(),
    permissions: permissionsSchema,
    gate: z.boolean(),
    public: z.boolean(),
    hasPassword: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "WatchRoom" });
export type WatchRoom = z.infer<typeof watchRoomSchema>;

/** Body of `PATCH /v1/watch/rooms/:id`; what is not named stays as it is. */
export const updateWatchRoomSchema = z
  .object({
    title: roomTitle.optional(),
    public: z.boolean().optional(),
    /** Null takes the password away. */
    password: roomPassword.nullable().optional(),
    maxParticipants: maxParticipantsSchema.optional(),
    permissions: permissionsSchema.optional(),
    gate: z.boolean().optional(),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), {
    message: "name at least one thing to change",
  })
  .meta({ id: "UpdateWatchRoom" });
export type UpdateWatchRoom = z.input<typeof updateWatchRoomSchema>;

/**
 * Answer to `POST /v1/watch/rooms`. The seat is a signed note that says who its holder is in this
 * room and in what role; a page keeps it and shows it at each join, so that a reload is the same person.
 */
export const createdWatchRoomSchema = z
  .object({ room: watchRoomSchema, seat: z.string() })
  .meta({ id: "CreatedWatchRoom" });

/**
 * Body of `POST /v1/watch/rooms/:id/join`. Without a seat a new viewer is made; into a room with a
 * password that takes the password or an invite.
 */
export const joinWatchRoomSchema = z
  .object({
    name: personName,
    seat: z.string().max(2048).optional(),
    password: z.string().max(100).optional(),
    invite: z.string().max(2048).optional(),
  })
  .meta({ id: "JoinWatchRoom" });
export type JoinWatchRoom = z.input<typeof joinWatchRoomSchema>;

/** Answer to a join: a short-lived token for one socket, a longer one to come back with, and the seat. */
export const joinedWatchRoomSchema = z
  .object({
    room: watchRoomSchema,
    memberId: memberIdSchema,
    /** As the seat has it; what the room itself says is newer. */
    role: watchRoleSchema,
    seat: z.string(),
    token: z.string(),
    tokenExpiresAt_ms: z.number().int(),
    /** Opens the socket again after it was lost, without another join; twelve hours long. */
    resume: z.string(),
    resumeExpiresAt_ms: z.number().int(),
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
