import { z } from "@hono/zod-openapi";
import type { Db } from "../../db/client.ts";
import {
  createPartition,
  dropPartition,
  findExpiredPartitions,
  partitionOf,
  retentions,
} from "../../db/queries/analytics-partition.ts";
import { deleteOldSessions } from "../../db/queries/analytics-session.ts";
import type { JobEffect } from "../../db/queries/job-lease.ts";
import { jobKind } from "../../platform/jobs/kind.ts";
import type { QueueNext } from "../jobs/queue-next.ts";
import { deleteInSlices } from "../jobs/slices.ts";

const day_ms = 86_400_000;
/** Partitions dropped in one run; more than a day's worth, even after weeks without a run. */
const drops_max = 50;
const sessionLimits = { slice_max: 5_000, slices_max: 40 };

/**
 * Kinds of jobs that keep raw events for as long as games want them.
 * @param queueNext queues the run that goes on where one ended; without it that is the next night's
 */
export function analyticsKinds(db: Db, queueNext?: QueueNext) {
  return {
    /**
     * Makes the partitions of the days to come, and drops those whose events are past their time.
     * Roll-ups stay. Sessions have no partitions and go in slices; a run that leaves some queues the
     * next. Done twice it finds nothing the second time.
     */
    "analytics.retention": jobKind<JobEffect>()({
      payload: z.object({
        now_ms: z.number().int(),
        ahead_days: z.number().int().min(1).max(60),
        /** It goes on with sessions; the partitions have been seen to. */
        sessionsOnly: z.boolean().default(false),
      }),
      result: z.object({
        made: z.number().int(),
        dropped: z.number().int(),
        sessions: z.number().int(),
        /** Whether the run ended at its limit, and has queued the next. */
        more: z.boolean(),
      }),
      run: async ({ payload, signal, progress, idempotencyKey }) => {
        const { now_ms, ahead_days, sessionsOnly } = payload;
        const made = sessionsOnly ? 0 : await makeAhead(db, now_ms, ahead_days);
        progress(0.2, `${made} partitions are there`);
        const expired = sessionsOnly ? [] : await findExpiredPartitions(db, now_ms, drops_max);
        for (const partition of expired) {
          signal.throwIfAborted();
          await dropPartition(db, partition);
        }
        const { deleted: sessions, more } = await deleteInSlices(
          sessionLimits,
          signal,
          (limit) => deleteOldSessions(db, now_ms, limit),
          (fraction, deleted) => progress(0.5 + fraction / 2, `${deleted} sessions deleted`),
        );
        const next = { ...payload, sessionsOnly: true };
        if (more) await queueNext?.("analytics.retention", next, idempotencyKey("more"));
        return { result: { made, dropped: expired.length, sessions, more } };
      },
    }),
  };
}

/** What the nightly run is given. @param night_ms when it was to begin */
export function analyticsRetentionOf(night_ms: number) {
  return { now_ms: night_ms, ahead_days: 8 };
}

async function makeAhead(db: Db, now_ms: number, ahead_days: number): Promise<number> {
  const days = Array.from({ length: ahead_days + 1 }, (_, ahead) => now_ms + ahead * day_ms);
  const partitions = retentions.flatMap((kept) => days.map((day) => partitionOf(kept, day)));
  const unique = new Map(partitions.map((partition) => [partition.table, partition]));
  // One by one: each holds the table's lock for a moment, and a flush may stand between two.
  for (const partition of unique.values()) await createPartition(db, partition);
  return unique.size;
}
