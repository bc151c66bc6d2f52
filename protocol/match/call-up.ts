import { z } from "zod";
import { lineOf } from "../text.ts";
import { signalSchema } from "./signal.ts";

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
export const epochSchema = z.string().min(1).max(24);
/** Longest line of chat in a call, in UTF-16 code units. */
export const callChat_length_max = 500;
/** A line's own key, which the page that says it has given it: one that is sent twice stands once. */
export const lineKeySchema = z.string().min(1).max(40);

/** Why somebody ends a call. */
export const hangUpReasonSchema = z.enum(["hangup", "next", "blocked", "reported"]);
export type HangUpReason = z.infer<typeof hangUpReasonSchema>;

/** Messages from a browser to a call's room. */
export const callUpSchema = z.discriminatedUnion("type", [
  /**
   * First message on every socket. A page that was here before says how far it had heard (`epoch`,
   * `seq`) and how much it has said (`sent`); one that begins anew says nothing.
   */
  z.object({
    type: z.literal("hello"),
    resume: z.object({ epoch: epochSchema, seq: count, sent: count }).optional(),
    /** The last line of chat the page has; without it, it gets all that is kept. */
    chat: count.optional(),
  }),
  /** To the partner. `number` counts what this page has sent since its last `hello` without resume. */
  z.object({
    type: z.literal("signal"),
    generation: count,
    number: count.min(1),
    signal: signalSchema,
  }),
  /** Has heard all up to `seq`: what is acknowledged need not be kept. */
  z.object({ type: z.literal("ack"), epoch: epochSchema, seq: count }),
  /** A line of chat. */
  z.object({
    type: z.literal("say"),
    key: lineKeySchema,
    text: lineOf(callChat_length_max),
  }),
  z.object({ type: z.literal("hangup"), reason: hangUpReasonSchema }),
]);
export type CallUp = z.infer<typeof callUpSchema>;
