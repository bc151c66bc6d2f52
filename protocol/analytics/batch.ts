import { z } from "zod";
import { labelSchema } from "./event.ts";
import { batchLimits } from "./limits.ts";
import { dropReasons } from "./said.ts";

/**
 * Body of `POST /v1/analytics/batch`, plain or with `Content-Encoding: gzip`. Events are looked at
 * one by one, so that a bad one costs no other; each is an `AnalyticsEvent` (`event.ts`).
 */
export const batchSchema = z
  .object({
    /**
     * The client's clock at the moment of sending: what it is off by is known from that. A clock that
     * is further off than an event may be is taken for none.
     */
    sentAt_ms: z.number().int().nonnegative().optional(),
    /** Version of the game, and what it runs on; kept with every event of the batch. */
    appVersion: labelSchema.optional(),
    platform: labelSchema.optional(),
    events: z.array(z.unknown()).min(1).max(batchLimits.events_max),
  })
  .meta({ id: "AnalyticsBatch" });
export type Batch = z.infer<typeof batchSchema>;

/**
 * What became of one event. `ok`: it is kept, and will be counted once. `duplicate`: it was kept
 * before. `drop`: it never will be, see `reason`. `retry`: nothing is known; send it again later.
 * A client forgets an event after any of them but `retry`.
 */
export const eventResultSchema = z.object({
  /** Null for an event whose uuid cannot be read. */
  uuid: z.string().nullable(),
  status: z.enum(["ok", "duplicate", "drop", "retry"]),
  /** Of a drop; what each means stands in said.ts. */
  reason: z.enum(dropReasons).optional(),
  /** What is wrong with it, for people; also what an accepted one does not fit of its schema. */
  detail: z.string().optional(),
});
export type EventResult = z.infer<typeof eventResultSchema>;

/** Answer of `POST /v1/analytics/batch`: results in the order of the events. */
export const batchAnswerSchema = z
  .object({
    results: z.array(eventResultSchema),
    /** The server's clock, for clients whose own is wrong. */
    server_ms: z.number(),
    /** Whole seconds after which what is to be retried should be; only if something is. */
    retryAfter_s: z.number().int().optional(),
    /** Nothing was kept: it was only looked at. */
    dryRun: z.literal(true).optional(),
  })
  .meta({ id: "AnalyticsBatchAnswer" });
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;
