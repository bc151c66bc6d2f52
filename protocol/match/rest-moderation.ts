import { z } from "zod";
import { identityIdSchema } from "../identity/id.ts";
import { pageQuerySchema, reportReasonSchema } from "./rest-calls.ts";
import { textOf } from "./rest-profile.ts";

/** Query of `GET /v1/match/moderation/reports`. */
export const reportsQuerySchema = pageQuerySchema.extend({
  state: z.enum(["open", "closed"]).default("open"),
});

const personSchema = z.object({ userId: identityIdSchema, name: z.string().nullable() });

export const reportDecisionSchema = z.enum(["dismissed", "warned", "banned"]);

/** A report as those see it who look after the place. */
export const moderatedReportSchema = z
  .object({
    id: z.string(),
    callId: z.string(),
    /** Null for somebody who has left for good. */
    reporter: personSchema.nullable(),
    reported: personSchema,
    /** How many reports of the reported there are, this one and decided ones included. */
    reportsOfReported: z.number().int(),
    reason: reportReasonSchema,
    details: z.string(),
    createdAt: z.iso.datetime(),
    decision: reportDecisionSchema.nullable(),
    decidedAt: z.iso.datetime().nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: "MatchReport" });
export type ModeratedReport = z.infer<typeof moderatedReportSchema>;

/** Answer of `GET /v1/match/moderation/reports`: open ones oldest first, closed ones newest first. */
export const moderatedReportsSchema = z
  .object({ reports: z.array(moderatedReportSchema), cursor: z.string().nullable() })
  .meta({ id: "MatchReports" });

const banDays = z.number().int().min(1).max(3_650).nullable();

/** Body of `POST /v1/match/moderation/reports/{id}/decide`. */
export const decideSchema = z
  .discriminatedUnion("decision", [
    z.object({ decision: z.literal("dismissed"), note: textOf(500).default("") }),
    z.object({ decision: z.literal("warned"), note: textOf(500).default("") }),
    z.object({
      decision: z.literal("banned"),
      note: textOf(500).default(""),
      /** For how many days; null for good. */
      days: banDays,
    }),
  ])
  .meta({ id: "DecideMatchReport" });
export type Decide = z.input<typeof decideSchema>;

/** Query of `GET /v1/match/moderation/bans`. */
export const bansQuerySchema = pageQuerySchema.extend({
  state: z.enum(["active", "all"]).default("active"),
});

/** Body of `POST /v1/match/moderation/bans`: a ban that came of no report. */
export const createBanSchema = z
  .object({ userId: identityIdSchema, reason: textOf(200).pipe(z.string().min(1)), days: banDays })
  .meta({ id: "CreateMatchBan" });
export type CreateBan = z.input<typeof createBanSchema>;

export const banSchema = z
  .object({
    id: z.string(),
    user: personSchema,
    reason: z.string(),
    reportId: z.string().nullable(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    liftedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "MatchBan" });
export type Ban = z.infer<typeof banSchema>;

/** Answer of `GET /v1/match/moderation/bans`, newest first. */
export const bansSchema = z
  .object({ bans: z.array(banSchema), cursor: z.string().nullable() })
  .meta({ id: "MatchBans" });
