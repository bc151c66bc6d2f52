import { z } from "zod";
import { identityIdSchema } from "../identity/id.ts";
import { roomIdSchema } from "../room.ts";
import { textOf } from "./rest-profile.ts";

export const callPage_max = 50;

/** For so long a call stands in the history of its two. */
export const callsKept_days = 90;

/** Query of lists: how many, and from where on. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(callPage_max).default(20),
  cursor: z.string().max(120).optional(),
});

/** Somebody met, as far as they are still here. */
const metSchema = z.object({
  userId: identityIdSchema,
  name: z.string().nullable(),
  picturePath: z.string().nullable(),
});

export const ratingSchema = z.number().int().min(1).max(5);

/** One call of somebody's history. */
export const pastCallSchema = z
  .object({
    callId: roomIdSchema,
    /** Null for somebody who has left for good. */
    partner: metSchema.nullable(),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    duration_ms: z.number().int().nonnegative(),
    /** Why it ended, as the call's room says it. */
    reason: z.string(),
    /** One's own, from 1 to 5. */
    rating: ratingSchema.nullable(),
    /** Whether one has blocked the partner. */
    blocked: z.boolean(),
  })
  .meta({ id: "MatchPastCall" });
export type PastCall = z.infer<typeof pastCallSchema>;

/** Answer of `GET /v1/match/calls`, newest first. */
export const pastCallsSchema = z
  .object({ calls: z.array(pastCallSchema), cursor: z.string().nullable() })
  .meta({ id: "MatchPastCalls" });
export type PastCalls = z.infer<typeof pastCallsSchema>;

/** Body of `POST /v1/match/calls/{id}/rating`. */
export const rateSchema = z.object({ rating: ratingSchema }).meta({ id: "RateMatchCall" });

/** Answer to it. */
export const ratedSchema = z
  .object({ callId: roomIdSchema, rating: ratingSchema })
  .meta({ id: "RatedMatchCall" });

export const reportReasons = [
  "nudity",
  "harassment",
  "hate",
  "threat",
  "minor",
  "spam",
  "recording",
  "other",
] as const;
export const reportReasonSchema = z.enum(reportReasons);
export type ReportReason = z.infer<typeof reportReasonSchema>;

/** Body of `POST /v1/match/reports`: it is about the partner of that call. */
export const reportSchema = z
  .object({
    callId: roomIdSchema,
    reason: reportReasonSchema,
    details: textOf(1_000).default(""),
    /** Whether never to meet them again, from now on. */
    block: z.boolean().default(true),
  })
  .meta({ id: "ReportMatchPartner" });
export type Report = z.input<typeof reportSchema>;

/** Answer to it. */
export const reportedSchema = z
  .object({ reportId: z.string(), blocked: z.boolean() })
  .meta({ id: "ReportedMatchPartner" });

/** How many people one may block. */
export const blocks_max = 500;

export const blockSchema = z
  .object({ member: metSchema, createdAt: z.iso.datetime() })
  .meta({ id: "MatchBlock" });

/** Answer of `GET /v1/match/blocks`, newest first: whom one has blocked, not by whom one is. */
export const blocksSchema = z
  .object({ blocks: z.array(blockSchema), cursor: z.string().nullable() })
  .meta({ id: "MatchBlocks" });
export type Blocks = z.infer<typeof blocksSchema>;

/** Answer of `POST` and `DELETE /v1/match/blocks/{member}`. */
export const blockedSchema = z
  .object({
    memberId: identityIdSchema,
    blocked: z.boolean(),
    /** Whether all lobbies have confirmed it; one that has not learns it when either enters again. */
    toldLobbies: z.boolean(),
  })
  .meta({ id: "BlockedMatchMember" });
