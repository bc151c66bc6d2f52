import { z } from "@hono/zod-openapi";
import type { Db } from "../../db/client.ts";
import type { JobEffect } from "../../db/queries/job-lease.ts";
import { deleteOldCalls } from "../../db/queries/match-call.ts";
import { jobKind } from "../../platform/jobs/kind.ts";
import { callsKept_days } from "../../protocol/match/rest-calls.ts";
import type { QueueNext } from "../jobs/queue-next.ts";
import { deleteInSlices } from "../jobs/slices.ts";

const limits = { slice_max: 5_000, slices_max: 40 };

/**
 * The kind of job that keeps the histories of calls from growing for ever.
 * @param queueNext queues the run that goes on where one ended; without it that is the next night's
 */
export function callKinds(db: Db, queueNext?: QueueNext) {
  return {
    /** Deletes calls that are past their time. Done twice it finds nothing the second time. */
    "match.sweep-calls": jobKind<JobEffect>()({
      payload: z.object({ days: z.number().int().min(1).max(3_650) }),
      result: z.object({
        deleted: z.number().int(),
        /** Whether the run ended at its limit, and has queued the next. */
        more: z.boolean(),
      }),
      run: async ({ payload, signal, progress, idempotencyKey }) => {
        const result = await deleteInSlices(
          limits,
          signal,
          (limit) => deleteOldCalls(db, payload.days, limit),
          (fraction, deleted) => progress(fraction, `${deleted} deleted`),
        );
        if (result.more) await queueNext?.("match.sweep-calls", payload, idempotencyKey("more"));
        return { result };
      },
    }),
  };
}

/** What the daily run is given. */
export const callSweepDefaults = { days: callsKept_days } as const;
