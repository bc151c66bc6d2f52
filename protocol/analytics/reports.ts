import { z } from "zod";
import { envSchema, eventKindSchema, labelSchema, levelStatusSchema } from "./event.ts";

/** A UTC day, `2026-11-21`. */
export const dateSchema = z.iso.date();

export const reportDays_max = 400;
const day_ms = 86_400_000;

/** The query of every report: whose data, and from which day to which, both included. */
export const reportRangeSchema = z.object({
  env: envSchema.default("live"),
  from: dateSchema,
  to: dateSchema,
});
export type ReportRange = z.infer<typeof reportRangeSchema>;

/** How many days a range has; 0 or less when it ends before it begins. */
export function daysOf({ from, to }: Pick<ReportRange, "from" | "to">): number {
  return (Date.parse(to) - Date.parse(from)) / day_ms + 1;
}

const count = z.number().int().nonnegative();

/** Money taken and given back, in the currency's smallest unit. */
export const revenueSchema = z.object({
  currency: z.string(),
  purchases: count,
  purchased_minor: count,
  refunds: count,
  refunded_minor: count,
  /** The part of what was taken that the store's signature, or the game's own server, vouches for. */
  verified_minor: count,
  /** What is left of a day's money for each player of the day: ARPDAU, in the smallest unit. */
  arpdau_minor: z.number(),
});
export type Revenue = z.infer<typeof revenueSchema>;

/** What happened on a day, or on all days of a range together. */
const figures = {
  events: count,
  errors: count,
  newPlayers: count,
  /** Sessions that began, and how long they lasted together. */
  sessions: count,
  session_ms: count,
  revenue: z.array(revenueSchema),
};

export const dayReportSchema = z.object({
  day: dateSchema,
  /** Different players: DAU. */
  players: count,
  ...figures,
});
export type DayReport = z.infer<typeof dayReportSchema>;

/** Answer of `GET /v1/analytics/games/{id}/overview`: every day of the range, empty ones too. */
export const overviewReportSchema = z
  .object({
    days: z.array(dayReportSchema),
    total: z.object({
      ...figures,
      /** Days' players added up: who came on two days counts twice. ARPDAU is by these. */
      playerDays: count,
    }),
  })
  .meta({ id: "AnalyticsOverview" });
export type OverviewReport = z.infer<typeof overviewReportSchema>;

export const levelReports_max = 1_000;

/** One level over a range of days. */
export const levelReportSchema = z.object({
  level: labelSchema,
  starts: count,
  completes: count,
  fails: count,
  quits: count,
  /** Completions of all attempts that were ended, from 0 to 1; null when none was. */
  winRate: z.number().nullable(),
  /** Different players whose first start of the level was in the range. */
  players: count,
  /** Those of them who have completed it since, in the range or after it. */
  passed: count,
  /** Different players whose first completion was in the range, whenever they began. */
  winners: count,
  /** Part of the players who have not passed; null when there are no players. */
  dropOff: z.number().nullable(),
  /** Attempts up to the first completion, on average over winners. */
  attemptsToWin: z.number().nullable(),
  /** Time of one attempt, on average. */
  attempt_ms: z.number().nullable(),
  /** Score of one completion, on average. */
  score: z.number().nullable(),
});
export type LevelReport = z.infer<typeof levelReportSchema>;

/** Answer of `GET /v1/analytics/games/{id}/levels`: in the natural order of their names. */
export const levelsReportSchema = z
  .object({
    levels: z.array(levelReportSchema),
    /** Whether there are more levels than fit; those with the most players are here. */
    more: z.boolean(),
  })
  .meta({ id: "AnalyticsLevels" });
export type LevelsReport = z.infer<typeof levelsReportSchema>;

/** Days after the first one that a retention report looks at. */
export const retentionAges = [1, 2, 3, 4, 5, 6, 7, 14, 21, 28, 30] as const;

export const cohortSchema = z.object({
  /** The first day of its players. */
  day: dateSchema,
  players: count,
  /**
   * How many were back after each of `ages`; null for an age that the cohort has not reached, or whose
   * day is not over yet.
   */
  back: z.array(count.nullable()),
});
export type Cohort = z.infer<typeof cohortSchema>;

/** Answer of `GET /v1/analytics/games/{id}/retention`; `from` and `to` are first days of players. */
export const retentionReportSchema = z
  .object({
    ages: z.array(count),
    cohorts: z.array(cohortSchema),
    /** By age, over the cohorts that are old enough: how many players they have, how many were back. */
    total: z.array(z.object({ players: count, back: count, rate: z.number().nullable() })),
  })
  .meta({ id: "AnalyticsRetention" });
export type RetentionReport = z.infer<typeof retentionReportSchema>;

export const funnelSteps_max = 10;
export const funnelDays_max = 92;

/** What a player must have done to be at a step. */
export const funnelStepSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("event"), name: labelSchema }),
  z.object({ kind: z.literal("level"), level: labelSchema, status: levelStatusSchema }),
  z.object({ kind: z.literal("session_start") }),
  z.object({ kind: z.literal("error"), name: labelSchema.optional() }),
  /** A purchase; of one product, if named. */
  z.object({ kind: z.literal("revenue"), product: labelSchema.optional() }),
]);
export type FunnelStep = z.infer<typeof funnelStepSchema>;

/**
 * Body of `POST /v1/analytics/games/{id}/funnel`. A player is at a step when they took it after the
 * one before it (in the same millisecond is not after), within the window from the first; the first
 * is taken on a day of the range. Of several tries the one that gets furthest counts.
 */
export const funnelQuerySchema = reportRangeSchema
  .extend({
    steps: z.array(funnelStepSchema).min(2).max(funnelSteps_max),
    window_h: z
      .number()
      .int()
      .min(1)
      .max(24 * 30)
      .default(24 * 7),
  })
  .meta({ id: "AnalyticsFunnelQuery" });
export type FunnelQuery = z.output<typeof funnelQuerySchema>;

export const funnelReportSchema = z
  .object({
    steps: z.array(
      z.object({
        step: funnelStepSchema,
        players: count,
        /** Part of those at the first step, and of those at the step before; null for none there. */
        ofFirst: z.number().nullable(),
        ofPrevious: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: "AnalyticsFunnel" });
export type FunnelReport = z.infer<typeof funnelReportSchema>;

/** Answer of `GET /v1/analytics/games/{id}/errors`: the most frequent first. */
export const errorsReportSchema = z
  .object({
    errors: z.array(
      z.object({
        name: z.string(),
        count,
        players: count,
        lastAt: z.iso.datetime(),
        /** Of the last one. */
        message: z.string().nullable(),
        appVersion: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "AnalyticsErrors" });

export const explorerPage_max = 200;

/** Query of `GET /v1/analytics/games/{id}/events`: raw events that fit all that is given. */
export const explorerQuerySchema = reportRangeSchema.extend({
  kind: eventKindSchema.exclude(["heartbeat", "revenue"]).optional(),
  name: labelSchema.optional(),
  player: labelSchema.optional(),
  session: z.uuid().optional(),
  level: labelSchema.optional(),
  limit: z.coerce.number().int().min(1).max(explorerPage_max).default(50),
  cursor: z.uuid().optional(),
});
export type ExplorerQuery = z.output<typeof explorerQuerySchema>;

/** A raw event as it is kept. */
export const rawEventSchema = z.object({
  uuid: z.string(),
  kind: z.string(),
  name: z.string().nullable(),
  player: z.string(),
  session: z.string().nullable(),
  /** When it happened by the client's clock, and by the server's; when it was received. */
  at: z.iso.datetime(),
  corrected: z.iso.datetime(),
  received: z.iso.datetime(),
  level: z.string().nullable(),
  status: z.string().nullable(),
  attempt: z.number().nullable(),
  score: z.number().nullable(),
  duration_ms: z.number().nullable(),
  appVersion: z.string().nullable(),
  platform: z.string().nullable(),
  props: z.record(z.string(), z.unknown()).nullable(),
});
export type RawEvent = z.infer<typeof rawEventSchema>;

/** One page, newest first; `cursor` asks for the next and is null on the last. */
export const explorerPageSchema = z
  .object({ events: z.array(rawEventSchema), cursor: z.string().nullable() })
  .meta({ id: "AnalyticsEvents" });
