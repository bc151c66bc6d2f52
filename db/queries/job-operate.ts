import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { Job } from "../../protocol/jobs.ts";
import { clock, type JobColumnsRow, jobColumns, jobOf, milliseconds, rowsOf } from "./job-sql.ts";

/**
 * Cancels a job: a queued one at once, a running one through its worker, which hears of it at its
 * next heartbeat. One round trip.
 * @returns the job, or undefined when it has ended or does not exist
 */
export async function cancelJob(db: NeonHttpDatabase, id: string): Promise<Job | undefined> {
  const [row] = await rowsOf<JobColumnsRow>(
    db,
    sql`update job set
      status = case status when 'queued' then 'cancelled' else status end,
      finished_at = case status when 'queued' then ${clock} end,
      cancel_requested_at = coalesce(cancel_requested_at, ${clock}),
      updated_at = ${clock}, revision = revision + 1
    where id = ${id} and status in ('queued', 'running')
    returning ${jobColumns}`,
  );
  return row && jobOf(row);
}

/**
 * Queues a job anew that is dead or was cancelled, with all its attempts before it. Its checkpoint
 * stays, because what it committed is not undone. One round trip.
 * @returns the job, or undefined when it is neither dead nor cancelled, or does not exist
 */
export async function requeueJob(
  db: NeonHttpDatabase,
  id: string,
  grace_ms: number,
): Promise<Job | undefined> {
  const [row] = await rowsOf<JobColumnsRow>(
    db,
    sql`update job set status = 'queued', attempts = 0, run_at = ${clock},
      redispatch_at = ${clock} + ${milliseconds(grace_ms)}, finished_at = null,
      cancel_requested_at = null, updated_at = ${clock}, revision = revision + 1
    where id = ${id} and status in ('dead', 'cancelled')
    returning ${jobColumns}`,
  );
  return row && jobOf(row);
}
