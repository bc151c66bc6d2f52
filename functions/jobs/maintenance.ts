import { z } from "@hono/zod-openapi";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { JobEffect } from "../../db/queries/job-lease.ts";
import { deleteEndedJobs, findPrunableJobs } from "../../db/queries/job-prune.ts";
import { jobKind } from "../../platform/jobs/kind.ts";

const days = z.number().int().min(1).max(3_650);
/** Jobs deleted in one commit, and commits in one run: a day's worth for most; the rest is tomorrow's. */
const slice_max = 500;
const slices_max = 40;

/** Kinds of jobs that keep the house itself in order. */
export function maintenanceKinds(db: NeonHttpDatabase) {
  return {
    /** Deletes jobs that ended long ago, in slices, so that the table does not grow for ever. */
    "maintenance.prune": jobKind<JobEffect>()({
      payload: z.object({
        /** Age from which done and cancelled jobs go. */
        days,
        /** Age from which dead ones go, which somebody may still want to look at. */
        deadDays: days,
      }),
      checkpoint: z.object({ deleted: z.number().int() }),
      result: z.object({
        deleted: z.number().int(),
        /** Whether the run ended at its limit rather than at the last job. */
        more: z.boolean(),
      }),
      run: async ({ payload, checkpoint, signal, progress, commit }) => {
        let deleted = checkpoint?.deleted ?? 0;
        for (let slice = 0; slice < slices_max; slice += 1) {
          signal.throwIfAborted();
          const ids = await findPrunableJobs(db, { ...payload, limit: slice_max });
          if (ids.length === 0) return { result: { deleted, more: false } };
          deleted += ids.length;
          await commit({ effects: [deleteEndedJobs(db, ids)], checkpoint: { deleted } });
          progress((slice + 1) / slices_max, `${deleted} deleted`);
        }
        return { result: { deleted, more: true } };
      },
    }),
  };
}

/** What the daily run is given. */
export const pruneDefaults = { days: 14, deadDays: 90 } as const;
