import { z } from "zod";
import { roomErrorSchema } from "../room.ts";
import { anchorSchema } from "./anchor.ts";
import {
  chat_max,
  chatCursorSchema,
  chatMessageSchema,
  ownReactionSchema,
  reactionSchema,
} from "./chat.ts";
import { memberIdSchema, watchMemberSchema } from "./member.ts";
import { roomOptionsSchema } from "./options.ts";
import { queueChangeSchema, queueItemSchema } from "./queue.ts";

/** Somebody who may not come back. */
export const banSchema = z.object({
  memberId: memberIdSchema,
  name: z.string().max(40),
  at_ms: z.number(),
});
export type Ban = z.infer<typeof banSchema>;

const members = z.array(watchMemberSchema);

/**
 * Messages from a watch room to a browser. `server_ms` is the room's clock as the message left.
 * Several may come in one frame, as `batchOf` in `protocol/room.ts` has it.
 */
export const watchDownSchema = z.discriminatedUnion("type", [
  /** First message on every socket: all that a page needs to draw itself, in one frame. */
  z.object({
    type: z.literal("welcome"),
    memberId: memberIdSchema,
    /** The place was kept, and with `chat` nothing was missed. False for a first visit. */
    recovered: z.boolean(),
    anchor: anchorSchema,
    members,
    options: roomOptionsSchema,
    /** All items: shown, being shown and waiting. */
    queue: z.array(queueItemSchema),
    /** Items this member voted for; the current one, to skip it. */
    voted: z.array(z.string()),
    /** Messages that changed after the cursor asked for, else all that are kept; oldest first. */
    chat: z.array(chatMessageSchema),
    /** This member's own reactions to the messages that are kept. */
    reacted: z.array(ownReactionSchema).max(chat_max).optional(),
    /** Ask for what comes after this when coming back. */
    chatCursor: chatCursorSchema,
    /** Only for those who may put people out. */
    bans: z.array(banSchema).optional(),
    server_ms: z.number(),
  }),
  /** The room's new truth about the video; `by` is the member whose command it was. */
  z.object({
    type: z.literal("anchor"),
    anchor: anchorSchema,
    by: z.string().nullable(),
    server_ms: z.number(),
  }),
  /** Whom the ready gate still waits for, while the anchor with this `seq` stands. */
  z.object({
    type: z.literal("gate"),
    seq: z.number().int().nonnegative(),
    waitingFor: z.array(memberIdSchema),
  }),
  /** Somebody came, went or changed: the whole list, because it is short and can then never diverge. */
  z.object({ type: z.literal("members"), members }),
  z.object({ type: z.literal("options"), options: roomOptionsSchema }),
  /** See `applyQueueChange`. */
  queueChangeSchema.extend({ type: z.literal("queue") }),
  /** A message that is new or has changed. */
  z.object({ type: z.literal("chat"), message: chatMessageSchema }),
  /** To the pages of whoever reacted: what their reaction to a message is from now on, null for none. */
  z.object({
    type: z.literal("reacted"),
    messageId: chatCursorSchema,
    emoji: reactionSchema.nullable(),
  }),
  /** Over the video; nothing keeps it. */
  z.object({ type: z.literal("reaction"), emoji: reactionSchema, by: memberIdSchema }),
  /** Somebody is writing; true for about four seconds. */
  z.object({ type: z.literal("typing"), by: memberIdSchema }),
  z.object({ type: z.literal("bans"), bans: z.array(banSchema) }),
  z.object({ type: z.literal("clock"), client_ms: z.number(), server_ms: z.number() }),
  roomErrorSchema,
]);
export type WatchDown = z.infer<typeof watchDownSchema>;
