import { z } from "zod";
import { problemCodeSchema } from "./problem.ts";

/** The largest frame a room accepts from a client, in bytes of UTF-8. */
export const frame_bytes_max = 16 * 1024;

/** Sent by a client to learn whether its socket still lives; answered without waking the room. */
export const pingFrame = "ping";
export const pongFrame = "pong";

/** Why a room closed a socket, in the private range 4000-4999 (RFC 6455, section 7.4.2). */
export const closeCodes = {
  invalidMessages: 4400,
  tokenInvalid: 4401,
  notAllowed: 4403,
  roomNotFound: 4404,
  replaced: 4409,
  frameTooLarge: 4413,
  rateLimited: 4429,
  roomFull: 4503,
} as const;

/** After one of these codes a client must not reconnect by itself: trying again cannot help. */
export const finalCloseCodes: ReadonlySet<number> = new Set([
  closeCodes.invalidMessages,
  closeCodes.notAllowed,
  closeCodes.roomNotFound,
  closeCodes.replaced,
]);

/** What any room may answer to a message it did not accept; the same in every module. */
export const roomErrorSchema = z.object({
  type: z.literal("error"),
  code: problemCodeSchema,
  message: z.string(),
  /** The earliest moment at which trying again makes sense, from now. */
  retryAfter_ms: z.number().int().nonnegative().optional(),
});
export type RoomError = z.infer<typeof roomErrorSchema>;

/** Names of the rooms that speak sockets; each is a path segment, `/parties/<party>/<room>`. */
export const partySchema = z.enum(["watch"]);
export type Party = z.infer<typeof partySchema>;

/** A room's id as it stands in an address: 4 to 64 characters of a URL-safe alphabet. */
export const roomIdSchema = z.string().regex(/^[A-Za-z0-9_-]{4,64}$/);

/**
 * What a room token says, once its signature, audience and expiry have been checked. The room reads
 * nothing else about who is speaking. `data` is what the room needs to come into being, as the
 * module's own schema has it.
 */
export const roomClaimsSchema = z.object({
  party: partySchema,
  room: roomIdSchema,
  member: z.string().min(1).max(64),
  name: z.string().min(1).max(40),
  role: z.string().min(1).max(16),
  data: z.record(z.string(), z.unknown()),
});
export type RoomClaims = z.infer<typeof roomClaimsSchema>;
