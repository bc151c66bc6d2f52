import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { insertJob } from "../../db/queries/job-add.ts";
import { claimJobs } from "../../db/queries/job-claim.ts";
import { beatJobs } from "../../db/queries/job-heartbeat.ts";
import {
  commitJob,
  completeJob,
  endCancelledJob,
  failJob,
  isLeaseLost,
  type JobEffect,
} from "../../db/queries/job-lease.ts";
import { cancelJob, requeueJob } from "../../db/queries/job-operate.ts";
import { sweepJobRows } from "../../db/queries/job-sweep.ts";
import { LeaseLostError } from "../../platform/jobs/errors.ts";
import type { JobStore } from "../../platform/jobs/store.ts";

/** Jobs in Postgres. An effect is a statement that has not been sent: a query of drizzle's. */
export function postgresJobStore(db: NeonHttpDatabase): JobStore<JobEffect> {
  return {
    add: async (job) => {
      const { rows } = await insertJob(db, job);
      const [row] = rows;
      if (row === undefined) throw new Error("insert into job returned no row");
      return { id: row.id, status: row.status };
    },
    claim: (claim) => claimJobs(db, claim),
    beat: (beats, lease_ms) => beatJobs(db, beats, lease_ms),
    commit: (lease, step) => fenced(() => commitJob(db, lease, step)),
    complete: (lease, end) => fenced(() => completeJob(db, lease, end)),
    fail: (lease, failure) => failJob(db, lease, failure),
    endCancelled: (lease) => endCancelledJob(db, lease),
    sweep: (sweep) => sweepJobRows(db, sweep),
    cancel: (id) => cancelJob(db, id),
    requeue: (id, grace_ms) => requeueJob(db, id, grace_ms),
  };
}

async function fenced(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw isLeaseLost(error) ? new LeaseLostError(error) : error;
  }
}
