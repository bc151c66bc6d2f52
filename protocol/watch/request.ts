import { z } from "zod";
import { memberIdSchema } from "./member.ts";
import { maxParticipantsSchema } from "./options.ts";
import { permissionsSchema, watchRoleSchema } from "./permissions.ts";
import { driftSummarySchema } from "./report.ts";
import type { watchRoomStateSchema } from "./rest.ts";

/** What a function may ask a watch room, without a socket. */
export const watchRequestSchema = z.discriminatedUnion("type", [
  /** Is anybody home: answered with `{ ok: true }`. */
  z.object({ type: z.literal("ping") }),
  /** What is going on: answered as `watchRoomStateSchema` says. */
  z.object({ type: z.literal("state") }),
  /** How it goes: answered as `roomStatsSchema` says. */
  z.object({ type: z.literal("stats") }),
  /** Who somebody is in here, and what their role may do: answered as `roomMemberSchema` says. */
  z.object({ type: z.literal("member"), memberId: memberIdSchema }),
  /** The host changed these over HTTP; a room that nobody has opened yet needs no telling. `{ ok: true }`. */
  z.object({
    type: z.literal("update"),
    title: z.string().min(1).max(80).optional(),
    public: z.boolean().optional(),
    hasPassword: z.boolean().optional(),
    maxParticipants: maxParticipantsSchema.optional(),
    permissions: permissionsSchema.optional(),
    gate: z.boolean().optional(),
  }),
  /** The room is over: everybody is sent away and everything forgotten. `{ ok: true }`. */
  z.object({ type: z.literal("end") }),
]);
export type WatchRequest = z.infer<typeof watchRequestSchema>;

/** Answer to `stats`, since the room came into being. */
export const roomStatsSchema = z
  .object({
    people: z.number().int(),
    peak: z.number().int(),
    /** Messages from members, all in all and for each second that the room has been used. */
    messages: z.number().int(),
    messages_per_s: z.number(),
    drift: driftSummarySchema,
    /** The histogram behind it, to be added to others. */
    driftCounts: z.array(z.number().int()),
    corrections: z.number().int(),
    stalls: z.number().int(),
    resumes: z.number().int(),
    gateWaits: z.number().int(),
    server_ms: z.number(),
  })
  .meta({ id: "WatchRoomStats" });
export type RoomStats = z.infer<typeof roomStatsSchema>;

/** Answer to `member`. */
export const roomMemberSchema = z.object({
  /** Null for somebody the room does not know. */
  role: watchRoleSchema.nullable(),
  /** In the room now, or expected back. */
  present: z.boolean(),
  banned: z.boolean(),
  mayInvite: z.boolean(),
  locked: z.boolean(),
});
export type RoomMember = z.infer<typeof roomMemberSchema>;

/** The room's answers, each to its own request. */
export type WatchReply =
  | { readonly ok: true }
  | z.infer<typeof watchRoomStateSchema>
  | RoomStats
  | RoomMember;
