import { z } from "zod";
import { roomIdSchema } from "../room.ts";
import { callEndSchema } from "./call-down.ts";
import { countsSchema, statusSchema } from "./lobby-down.ts";

const member = z.string().min(1).max(64);

/** What a function may ask a lobby, without a socket. */
export const lobbyRequestSchema = z.discriminatedUnion("type", [
  /** Answered as `lobbyStateSchema` says. */
  z.object({ type: z.literal("state") }),
  /** `by` has blocked `member`: they do not meet from now on. Both lobby rooms of `by` are told. */
  z.object({ type: z.literal("block"), by: member, member }),
  z.object({ type: z.literal("unblock"), by: member, member }),
  /** Puts somebody out, for a ban or because the account is gone. Answered as `lobbyRemovedSchema` says. */
  z.object({ type: z.literal("remove"), member }),
  /** Answered as `presenceSchema` says. */
  z.object({ type: z.literal("presence"), members: z.array(member).max(100) }),
]);
export type LobbyRequest = z.infer<typeof lobbyRequestSchema>;

export const lobbyDoneSchema = z.object({ ok: z.literal(true) });

/** The member is out. The call they were last led to may still go on; its room is to be told. */
export const lobbyRemovedSchema = lobbyDoneSchema.extend({ callId: roomIdSchema.nullable() });

/** Statuses of those asked about who are there. */
export const presenceSchema = z.object({ statuses: z.record(z.string(), statusSchema) });

/**
 * Upper bounds of the classes of waiting times, from joining the queue to being in a call; one class
 * more holds what took longer.
 */
export const matchTimeBounds_ms = [
  50, 100, 150, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000,
] as const;

/** How a lobby does. */
export const lobbyStateSchema = z.object({
  users: z.number().int(),
  connections: z.number().int(),
  capacity: z.number().int(),
  /** Connections as a share of the capacity. */
  utilisation: z.number(),
  statuses: countsSchema,
  /** Tickets that wait for a partner. */
  queueDepth: z.number().int(),
  oldestWait_ms: z.number(),
  /** Pairs that have been told of each other and are not in their call yet. */
  pairing: z.number().int(),
  /** Since the lobby began, by how it went. */
  tickets: z.object({
    matched: z.number().int(),
    cancelled: z.number().int(),
    timed_out: z.number().int(),
  }),
  /** Waits that ended in a match, by class (`matchTimeBounds_ms`). */
  matchTimes: z.array(z.number().int()).length(matchTimeBounds_ms.length + 1),
  server_ms: z.number(),
});
export type LobbyState = z.infer<typeof lobbyStateSchema>;
export type LobbyReply =
  | LobbyState
  | z.infer<typeof lobbyDoneSchema>
  | z.infer<typeof lobbyRemovedSchema>
  | z.infer<typeof presenceSchema>;

/** What a function may ask a call's room. */
export const callRequestSchema = z.discriminatedUnion("type", [
  /** Answered as `callStateSchema` says. */
  z.object({ type: z.literal("state") }),
  /** Ends the call, as `removed`. */
  z.object({ type: z.literal("end") }),
]);
export type CallRequest = z.infer<typeof callRequestSchema>;

export const callStateSchema = z.object({
  phase: z.enum(["empty", "opening", "live", "ended"]),
  /** Who has come, whether or not they are here now. */
  members: z.array(z.string()).max(2),
  startedAt_ms: z.number().nullable(),
  endedAt_ms: z.number().nullable(),
  reason: callEndSchema.nullable(),
  server_ms: z.number(),
});
export type CallRoomState = z.infer<typeof callStateSchema>;

/** What is kept of a call that took place. */
export interface CallOutcome {
  readonly callId: string;
  readonly members: readonly [string, string];
  readonly startedAt_ms: number;
  readonly endedAt_ms: number;
  readonly reason: z.infer<typeof callEndSchema>;
}
