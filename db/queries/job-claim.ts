import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { clock, milliseconds, rowsOf } from "./job-sql.ts";

export interface JobClaim {
  readonly ids: readonly string[];
  /** Name of the worker, for people. */
  readonly worker: string;
  readonly lease_ms: number;
  /** A job due this soon is taken already: the queue's clock is not the database's. */
  readonly early_ms: number;
}

/** A job that is now leased to the worker that asked. */
export interface ClaimedJobRow {
  readonly type: "claimed";
  readonly id: string;
  readonly token: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly checkpoint: unknown;
  readonly attempt: number;
  readonly attempts_max: number;
}

/** A job that may be claimed in a while: another worker has it, or its time has not come. */
export interface LaterJobRow {
  readonly type: "later";
  readonly id: string;
  readonly wait_ms: number;
}

interface ClaimRow {
  readonly [column: string]: unknown;
  readonly type: "claimed" | "later";
  readonly id: string;
  readonly lease_token: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly checkpoint: unknown;
  readonly attempts: number;
  readonly attempts_max: number;
  readonly wait_ms: number;
}

/**
 * Leases jobs to a worker, in one statement and one round trip. Two workers that ask for the same
 * job never both get it: `skip locked` makes the slower one go on without it, and the lease token
 * is new with each claim. A job whose lease ran out is claimed like a queued one.
 *
 * An id that appears in no row needs nothing: the job has ended, is the sweep's to end, is being
 * claimed by another at this moment, or does not exist.
 */
export async function claimJobs(
  db: NeonHttpDatabase,
  { ids, worker, lease_ms, early_ms }: JobClaim,
): Promise<readonly (ClaimedJobRow | LaterJobRow)[]> {
  const rows = await rowsOf<ClaimRow>(
    db,
    sql`
    with asked as (
      select value::uuid as id from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)
    ),
    picked as (
      select job.id from job
      where job.id in (select id from asked)
        and job.attempts < job.attempts_max and job.cancel_requested_at is null
        and (job.status = 'queued' and job.run_at <= ${clock} + ${milliseconds(early_ms)}
          or job.status = 'running' and job.lease_until <= ${clock})
      for update skip locked
    ),
    claimed as (
      update job set status = 'running', attempts = job.attempts + 1,
        lease_token = gen_random_uuid(), lease_until = ${clock} + ${milliseconds(lease_ms)},
        worker = ${worker}, updated_at = ${clock}, revision = job.revision + 1
      from picked where job.id = picked.id
      returning job.*
    )
    select 'claimed' as type, id, lease_token, kind, payload, checkpoint, attempts, attempts_max,
      0::float8 as wait_ms
    from claimed
    union all
    select 'later', id, null, kind, null, null, attempts, attempts_max,
      extract(epoch from case status when 'queued' then run_at else lease_until end - now())::float8
        * 1000
    from job
    where id in (select id from asked) and id not in (select id from picked)
      and (status = 'queued' and run_at > ${clock} or status = 'running' and lease_until > ${clock})`,
  );
  return rows.map((row) =>
    row.type === "later"
      ? { type: "later", id: row.id, wait_ms: row.wait_ms }
      : {
          type: "claimed",
          id: row.id,
          token: row.lease_token,
          kind: row.kind,
          payload: row.payload,
          checkpoint: row.checkpoint,
          attempt: row.attempts,
          attempts_max: row.attempts_max,
        },
  );
}
