import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { JobLease } from "./job-lease.ts";
import { clock, milliseconds, rowsOf } from "./job-sql.ts";

/** One running job in a heartbeat. */
export interface JobBeat extends JobLease {
  /** News of its progress since the last beat, if there is any. */
  readonly progress: { readonly fraction: number; readonly note: string | null } | null;
}

/** What a heartbeat says of a job whose lease still holds. */
export interface JobPulse {
  readonly [column: string]: unknown;
  readonly id: string;
  /** Whether somebody asked for it to stop. */
  readonly cancelRequested: boolean;
}

/**
 * Renews the leases of all that a worker runs and publishes their progress, in one statement and
 * one round trip. A job that the answer does not name is no longer this worker's.
 */
export async function beatJobs(
  db: NeonHttpDatabase,
  beats: readonly JobBeat[],
  lease_ms: number,
): Promise<readonly JobPulse[]> {
  const told = beats.map(({ id, token, progress }) => ({
    id,
    token,
    progress: progress?.fraction ?? null,
    note: progress?.note ?? null,
  }));
  return await rowsOf<JobPulse>(
    db,
    sql`
    update job set lease_until = ${clock} + ${milliseconds(lease_ms)},
      progress = coalesce(beat.progress, job.progress),
      progress_note = case when beat.progress is null then job.progress_note else beat.note end,
      revision = job.revision + case when beat.progress is null then 0 else 1 end,
      updated_at = ${clock}
    from jsonb_to_recordset(${JSON.stringify(told)}::jsonb)
      as beat(id uuid, token uuid, progress real, note text)
    where job.id = beat.id and job.lease_token = beat.token and job.status = 'running'
    returning job.id, job.cancel_requested_at is not null as "cancelRequested"`,
  );
}
