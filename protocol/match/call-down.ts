import { z } from "zod";
import { roomErrorSchema } from "../room.ts";
import { epochSchema } from "./call-up.ts";
import { cardSchema } from "./profile-card.ts";
import { callRoleSchema } from "./room-data.ts";
import { signalSchema } from "./signal.ts";

/** Why a call ended. */
export const callEndSchema = z.enum([
  "hangup",
  "next",
  "blocked",
  "reported",
  "partner_lost",
  "no_show",
  "time_limit",
  "removed",
]);
export type CallEnd = z.infer<typeof callEndSchema>;

/** Lines of chat a call keeps. */
export const callChat_max = 50;

export const chatLineSchema = z.object({
  /** Counts the lines of the call from 1. */
  id: z.number().int().min(1),
  from: z.string(),
  key: z.string(),
  text: z.string(),
  at_ms: z.number(),
});
export type ChatLine = z.infer<typeof chatLineSchema>;

/** The partner: not yet come, here, or lost for the moment. */
export const partnerStateSchema = z.enum(["coming", "here", "lost"]);
export type PartnerState = z.infer<typeof partnerStateSchema>;

/** Messages from a call's room to a browser. */
export const callDownSchema = z.discriminatedUnion("type", [
  /**
   * Answer to `hello`. With `recovered`, what the page missed follows, in order, and it repeats what
   * the room has not `received`. Without, the negotiation begins anew, with the generation that a
   * `restart` brings (0 while the partner has not come).
   */
  z.object({
    type: z.literal("welcome"),
    memberId: z.string(),
    role: callRoleSchema,
    partner: cardSchema,
    partnerState: partnerStateSchema,
    epoch: epochSchema,
    generation: z.number().int(),
    recovered: z.boolean(),
    /** `seq` from which this socket goes on. */
    seq: z.number().int(),
    received: z.number().int(),
    chat: z.array(chatLineSchema).max(callChat_max),
    startedAt_ms: z.number().nullable(),
    endsAt_ms: z.number().nullable(),
    server_ms: z.number(),
  }),
  /** From the partner. `seq` grows by one within an epoch; another epoch begins a new count. */
  z.object({
    type: z.literal("signal"),
    epoch: epochSchema,
    seq: z.number().int(),
    generation: z.number().int(),
    signal: signalSchema,
  }),
  /** The room has what this page sent up to this number. */
  z.object({ type: z.literal("received"), number: z.number().int() }),
  /** Both are here, or something may have been lost: negotiate anew under this generation. */
  z.object({
    type: z.literal("restart"),
    generation: z.number().int(),
    startedAt_ms: z.number(),
    endsAt_ms: z.number(),
  }),
  /** The partner came, went missing or came back; how long a missing one is waited for. */
  z.object({
    type: z.literal("partner"),
    state: partnerStateSchema,
    until_ms: z.number().nullable(),
  }),
  z.object({ type: z.literal("chat"), line: chatLineSchema }),
  /** The last message. */
  z.object({
    type: z.literal("ended"),
    reason: callEndSchema,
    by: z.enum(["you", "partner", "room"]),
  }),
  roomErrorSchema,
]);
export type CallDown = z.infer<typeof callDownSchema>;
