import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { Job } from "../../protocol/jobs.ts";
import { clock, type JobColumnsRow, jobColumns, jobOf, milliseconds } from "./job-sql.ts";

export interface JobSweep {
  /** Most jobs of each sort that one sweep touches. */
  readonly jobs_max: number;
  /** How long the queue is then given before an id is sent once more. */
  readonly grace_ms: number;
}

export interface SweptJobs {
  /** Jobs whose worker fell silent: queued again, dead or cancelled by now. */
  readonly expired: readonly Job[];
  /** Jobs whose ids are to be sent to the queue. */
  readonly redispatch: readonly { readonly id: string }[];
  /** When the next job can need a sweep; null when none is queued or running. */
  readonly next_ms: number | null;
}

/**
 * Puts right what queue and workers left undone, in one batch and one round trip: takes jobs back
 * whose lease ran out, and names the queued jobs whose message must have been lost. Rows that
 * somebody is changing at the moment are left to the next sweep.
 */
export async function sweepJobRows(
  db: NeonHttpDatabase,
  { jobs_max, grace_ms }: JobSweep,
): Promise<SweptJobs> {
  const [expired, redispatch, next] = await db.batch([
    db.execute<JobColumnsRow>(expireLeases(jobs_max)),
    db.execute<{ id: string }>(takeOverdue(jobs_max, grace_ms)),
    db.execute<{ next_ms: number | null }>(nextSweep),
  ]);
  return {
    expired: expired.rows.map(jobOf),
    redispatch: redispatch.rows.map(({ id }) => ({ id })),
    next_ms: next.rows[0]?.next_ms ?? null,
  };
}

/** A job that died with its worker each time is dead: it may be what kills them. */
function expireLeases(jobs_max: number) {
  const again = sql.raw("cancel_requested_at is null and attempts < attempts_max");
  return sql`
    with silent as (
      select id from job where status = 'running' and lease_until <= ${clock}
      order by lease_until limit ${jobs_max}::integer for update skip locked
    )
    update job set
      status = case when cancel_requested_at is not null then 'cancelled'
        when ${again} then 'queued' else 'dead' end,
      finished_at = case when ${again} then null else ${clock} end,
      run_at = case when ${again} then ${clock} else run_at end,
      redispatch_at = ${clock},
      error_code = 'lease_expired', error_message = 'The worker fell silent',
      lease_token = null, lease_until = null, updated_at = ${clock}, revision = revision + 1
    from silent where job.id = silent.id
    returning ${jobColumns}`;
}

function takeOverdue(jobs_max: number, grace_ms: number) {
  return sql`
    with overdue as (
      select id from job where status = 'queued' and redispatch_at <= ${clock}
      order by redispatch_at limit ${jobs_max}::integer for update skip locked
    )
    update job set redispatch_at = ${clock} + ${milliseconds(grace_ms)}
    from overdue where job.id = overdue.id
    returning job.id`;
}

const nextSweep = sql`
  select (extract(epoch from least(
    (select min(lease_until) from job where status = 'running'),
    (select min(redispatch_at) from job where status = 'queued'))) * 1000)::float8 as next_ms`;
