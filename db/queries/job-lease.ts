import { type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { Job } from "../../protocol/jobs.ts";
import { clock, type JobColumnsRow, jobColumns, jobOf, milliseconds, rowsOf } from "./job-sql.ts";

/** A job and the token of the lease under which it may be changed. */
export interface JobLease {
  readonly id: string;
  readonly token: string;
}

/** Statements that belong to a job's work: they commit with it or not at all. */
export type JobEffect = BatchItem<"pg">;

const leaseLost = "lease_lost";

/**
 * Changes a running job, or fails when its lease is another's by now. The failing is what fences a
 * batch: Postgres cannot read the word as a number, so the whole transaction is undone, and with it
 * every statement that stands behind this one. The row stays locked until the end, so that nobody
 * can claim the job in between.
 */
function fence(lease: JobLease, changes: SQL): SQL {
  return sql`
    with fenced as (
      update job set updated_at = ${clock}, ${changes}
      where id = ${lease.id} and lease_token = ${lease.token} and status = 'running'
      returning id
    )
    select cast(case count(*) when 1 then '1' else ${sql.raw(`'${leaseLost}'`)} end as integer) as held
    from fenced`;
}

/** Whether a statement failed because the lease it stood under is lost. */
export function isLeaseLost(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1)
    if ("code" in at && at.code === "22P02" && at.message.includes(`"${leaseLost}"`)) return true;
  return false;
}

export interface JobCommit {
  readonly effects: readonly JobEffect[];
  /** The handler's own state, as JSON; undefined leaves it as it is. */
  readonly checkpointText: string | undefined;
  readonly lease_ms: number;
}

/**
 * Commits a part of a job's work: effects and checkpoint, all or nothing, in one round trip. It
 * also renews the lease. Throws when the lease is lost (`isLeaseLost`), and then nothing happened.
 */
export async function commitJob(
  db: NeonHttpDatabase,
  lease: JobLease,
  { effects, checkpointText, lease_ms }: JobCommit,
): Promise<void> {
  const renewal = sql`lease_until = ${clock} + ${milliseconds(lease_ms)}`;
  const changes =
    checkpointText === undefined ? renewal : sql`${renewal}, checkpoint = ${checkpointText}::jsonb`;
  await runFenced(db, fence(lease, changes), effects);
}

/**
 * Ends a job with its result and its last effects, all or nothing, in one round trip. Throws when
 * the lease is lost (`isLeaseLost`), and then nothing happened.
 */
export async function completeJob(
  db: NeonHttpDatabase,
  lease: JobLease,
  { effects, resultText }: { readonly effects: readonly JobEffect[]; readonly resultText: string },
): Promise<void> {
  const changes = sql`status = 'done', result = ${resultText}::jsonb, progress = 1,
    error_code = null, error_message = null, finished_at = ${clock}, ${released}`;
  await runFenced(db, fence(lease, changes), effects);
}

const released = sql.raw("lease_token = null, lease_until = null, revision = revision + 1");

async function runFenced(
  db: NeonHttpDatabase,
  fenced: SQL,
  effects: readonly JobEffect[],
): Promise<void> {
  // One statement is a transaction by itself; a batch would add BEGIN and COMMIT to it.
  if (effects.length === 0) await db.execute(fenced);
  else await db.batch([db.execute(fenced), ...effects]);
}

export interface JobFailure {
  readonly code: string;
  readonly message: string;
  /** Whether another attempt cannot help. */
  readonly permanent: boolean;
  /** How long until the next attempt, if there is one. */
  readonly delay_ms: number;
  readonly grace_ms: number;
}

/**
 * Notes that an attempt failed: the job is queued for its next one, dead when it had its last, or
 * cancelled when somebody asked for that meanwhile. One round trip.
 * @returns the job, or undefined when the lease is lost and nothing was changed
 */
export async function failJob(
  db: NeonHttpDatabase,
  lease: JobLease,
  { code, message, permanent, delay_ms, grace_ms }: JobFailure,
): Promise<Job | undefined> {
  const runAt = sql`${clock} + ${milliseconds(delay_ms)}`;
  const again = sql`cancel_requested_at is null and not ${permanent}::boolean
    and attempts < attempts_max`;
  return await settle(
    db,
    lease,
    sql`status = case when cancel_requested_at is not null then 'cancelled'
        when ${again} then 'queued' else 'dead' end,
      finished_at = case when ${again} then null else ${clock} end,
      run_at = case when ${again} then ${runAt} else run_at end,
      redispatch_at = ${runAt} + ${milliseconds(grace_ms)},
      error_code = ${code}, error_message = ${message}`,
  );
}

/**
 * Ends a job that was running when somebody cancelled it. One round trip.
 * @returns the job, or undefined when the lease is lost or nobody asked
 */
export async function endCancelledJob(
  db: NeonHttpDatabase,
  lease: JobLease,
): Promise<Job | undefined> {
  return await settle(
    db,
    lease,
    sql`status = 'cancelled', finished_at = ${clock}`,
    sql`and cancel_requested_at is not null`,
  );
}

async function settle(
  db: NeonHttpDatabase,
  lease: JobLease,
  changes: SQL,
  condition: SQL = sql``,
): Promise<Job | undefined> {
  const [row] = await rowsOf<JobColumnsRow>(
    db,
    sql`update job set updated_at = ${clock}, ${released}, ${changes}
    where id = ${lease.id} and lease_token = ${lease.token} and status = 'running' ${condition}
    returning ${jobColumns}`,
  );
  return row && jobOf(row);
}
