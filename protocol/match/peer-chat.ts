import { z } from "zod";
import { lineOf } from "../text.ts";
import { callChat_length_max, lineKeySchema } from "./call-up.ts";

/** Longest message between the two browsers of a call, in UTF-16 code units. */
export const peerChat_length_max = 4_096;

/**
 * What the two browsers of a call say to each other on a data channel, which no server sees. A line
 * that is not answered with `heard` is said to the room instead, under the same key.
 */
export const peerChatSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("say"), key: lineKeySchema, text: lineOf(callChat_length_max) }),
  z.object({ type: z.literal("heard"), key: lineKeySchema }),
]);
export type PeerChat = z.infer<typeof peerChatSchema>;
