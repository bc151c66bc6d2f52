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
  /** Nothing was heard of it for so long that it was taken for gone; coming back is welcome. */
  silent: 4408,
  replaced: 4409,
  /** Put out by somebody who may; joining anew is possible. */
  kicked: 4410,
  /** Put out for good. */
  banned: 4411,
  /** The call is over. */
  callEnded: 4412,
  frameTooLarge: 4413,
  roomLocked: 4423,
  rateLimited: 4429,
  roomFull: 4503,
} as const;

/** After one of these codes a client must not reconnect by itself: trying again cannot help. */
export const finalCloseCodes: ReadonlySet<number> = new Set([
  closeCodes.invalidMessages,
  closeCodes.notAllowed,
  closeCodes.roomNotFound,
  closeCodes.replaced,
  closeCodes.kicked,
  closeCodes.banned,
  closeCodes.callEnded,
  closeCodes.roomLocked,
]);

/** What any room may answer to a message it did not accept; the same in every module. */
export const roomErrorSchema = z.object({
  type: z.literal("error"),
  code: problemCodeSchema,
  message: z.string(),
  /** The type of the message that was not accepted, where the room can tell. */
  about: z.string().max(32).optional(),
  /** The earliest moment at which trying again makes sense, from now. */
  retryAfter_ms: z.number().int().nonnegative().optional(),
});
export type RoomError = z.infer<typeof roomErrorSchema>;

/** Messages one frame may carry. */
export const batch_max = 64;

/**
 * A frame from a room: one message, or several that came about within a few milliseconds, to be
 * taken in their order. What a page does not know is left out by whoever reads the messages.
 */
export const batchSchema = z.object({
  type: z.literal("batch"),
  messages: z.array(z.unknown()).min(1).max(batch_max),
});

/** The messages in a frame, which may be a batch or itself a message; each still to be parsed. */
export function messagesIn(frame: unknown): readonly unknown[] {
  const batch = batchSchema.safeParse(frame);
  return batch.success ? batch.data.messages : [frame];
}

/** Names of the rooms that speak sockets; each is a path segment, `/parties/<party>/<room>`. */
export const partySchema = z.enum(["watch", "lobby", "call", "analytics"]);
export type Party = z.infer<typeof partySchema>;

/** A room's id as it stands in an address: 4 to 64 characters of a URL-safe alphabet. */
export const roomIdSchema = z.string().regex(/^[A-Za-z0-9_-]{4,64}$/);

/** How far a client has followed the room, by the room's own count. */
export const sinceSchema = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

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
  /** Where its holder left off, as the socket's address says it: `since`, a whole number. */
  since: sinceSchema.optional(),
  /** It was a resume token: the holder was in the room before, and a room that knows nothing is gone. */
  resumed: z.literal(true).optional(),
});
export type RoomClaims = z.infer<typeof roomClaimsSchema>;
