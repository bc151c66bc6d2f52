import { z } from "zod";
import { roomErrorSchema, roomIdSchema } from "../room.ts";
import { cardSchema } from "./profile-card.ts";
import { iceSchema } from "./rest-lobby.ts";
import { callRoleSchema } from "./room-data.ts";
import { ticketEndSchema, ticketSchema } from "./ticket.ts";

export const statusSchema = z.enum(["online", "waiting", "in_call", "away"]);
export type Status = z.infer<typeof statusSchema>;

/** How many people are there, by status. */
export const countsSchema = z.object({
  online: z.number().int().nonnegative(),
  waiting: z.number().int().nonnegative(),
  in_call: z.number().int().nonnegative(),
  away: z.number().int().nonnegative(),
});
export type Counts = z.infer<typeof countsSchema>;

/** Why a ticket ended otherwise than matched, or why it came back. */
export const ticketReasonSchema = z.enum([
  "asked",
  "left",
  "lost",
  "no_show",
  "partner_gone",
  "removed",
  "waited_too_long",
]);
export type TicketReason = z.infer<typeof ticketReasonSchema>;

/** Cards in one look. */
export const look_max = 10;

/** Messages from a lobby to a browser. */
export const lobbyDownSchema = z.discriminatedUnion("type", [
  /** First message on every socket. */
  z.object({
    type: z.literal("welcome"),
    memberId: z.string(),
    status: statusSchema,
    counts: countsSchema,
    /** The place in the queue that was kept, if any. */
    ticket: ticketSchema.nullable(),
    server_ms: z.number(),
  }),
  /** One waits now; or the wishes changed. */
  z.object({ type: z.literal("waiting"), ticket: ticketSchema }),
  /** To those who wait: the numbers, when they have changed, at most once a second. */
  z.object({ type: z.literal("counts"), counts: countsSchema }),
  /**
   * A partner has been found: enter `party/callId` with the token within `within_ms`, and say
   * `seated` here. ICE servers come with it, or from `icePath`; also after a reload.
   */
  z.object({
    type: z.literal("matched"),
    ticketId: z.string(),
    callId: roomIdSchema,
    party: z.literal("call"),
    token: z.string(),
    role: callRoleSchema,
    partner: cardSchema,
    icePath: z.string(),
    /** The same, where nobody else has to be asked for them: it saves a page the request. */
    ice: iceSchema.optional(),
    /** Since when one waited. */
    since_ms: z.number(),
    within_ms: z.number(),
  }),
  /** The call did not come about; one waits again, at the old place. */
  z.object({ type: z.literal("requeued"), ticket: ticketSchema, reason: ticketReasonSchema }),
  /** The end of a ticket, once for each. As `matched`: both are in the call. */
  z.object({
    type: z.literal("ended"),
    ticketId: z.string(),
    end: ticketEndSchema,
    reason: ticketReasonSchema.nullable(),
  }),
  /** One's own status, to one's other windows. */
  z.object({ type: z.literal("presence"), memberId: z.string(), status: statusSchema }),
  /** Answer to `look`: who has waited longest, of those one may meet at all. */
  z.object({
    type: z.literal("queue"),
    counts: countsSchema,
    oldestWait_ms: z.number(),
    /**
     * Half of those who met somebody here were in their call within this; left out while too few
     * have, or all waited longer than is told apart.
     */
    usualWait_ms: z.number().optional(),
    people: z.array(cardSchema.extend({ since_ms: z.number() })).max(look_max),
  }),
  roomErrorSchema,
]);
export type LobbyDown = z.infer<typeof lobbyDownSchema>;
