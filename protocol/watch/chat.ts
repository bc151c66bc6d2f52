import { z } from "zod";
import { lineOf } from "../text.ts";
import { memberIdSchema } from "./member.ts";

export const chat_length_max = 500;
/** Messages a room keeps. */
export const chat_max = 100;
export const mentions_max = 10;
/** People whose reactions to one message are kept. */
export const reactors_max = 50;

/** What people can answer without words; a fixed list, so that all systems can show it. */
export const reactionEmojis = [
  "👍",
  "❤️",
  "😂",
  "😮",
  "😢",
  "😡",
  "🎉",
  "👏",
  "🔥",
  "🤔",
  "👀",
  "👎",
] as const;
export const reactionSchema = z.enum(reactionEmojis);
export type Reaction = z.infer<typeof reactionSchema>;

/** A person's own reaction to one message. */
export const ownReactionSchema = z.object({
  messageId: z.number().int().nonnegative(),
  emoji: reactionSchema,
});
export type OwnReaction = z.infer<typeof ownReactionSchema>;

export const chatTextSchema = lineOf(chat_length_max);

/** A number the room gives to each thing that happens in the chat, rising by one. */
export const chatCursorSchema = z.number().int().nonnegative();

/**
 * A message as it stands now. A room sends it anew whenever something about it changes, with a
 * higher `cursor`: of two versions the higher cursor is the later one.
 */
export const chatMessageSchema = z.object({
  /** The cursor it was born with; sorts messages. */
  id: chatCursorSchema,
  cursor: chatCursorSchema,
  by: memberIdSchema,
  name: z.string().max(40),
  /** Plain text: pages show it as it is, and make links of `http` and `https` addresses. Empty once deleted. */
  text: z.string().max(chat_length_max),
  at_ms: z.number(),
  /** The message it answers; that one may have been forgotten since. */
  replyTo: chatCursorSchema.optional(),
  /** Members whose `@name` stands in the text. */
  mentions: z.array(memberIdSchema).max(mentions_max),
  reactions: z.array(z.object({ emoji: reactionSchema, count: z.number().int().positive() })),
  deleted: z.literal(true).optional(),
  /** What its author's page called it when saying it. */
  ref: z.string().max(16).optional(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;
