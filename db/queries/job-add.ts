import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { JobStatus } from "../../protocol/jobs.ts";
import { clock, milliseconds } from "./job-sql.ts";

/** A job to keep. Texts of JSON go to the database as they are. */
export interface JobInsert {
  readonly id: string;
  readonly kind: string;
  readonly payloadText: string;
  readonly attempts_max: number;
  /** How long until its first attempt. */
  readonly delay_ms: number;
  /** How long after that the sweep sends its id, should it still be queued. */
  readonly grace_ms: number;
  readonly idempotencyKey: string | null;
}

/** The job that is kept now: this one, or an earlier one of the same kind and idempotency key. */
export interface AddedJobRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly status: JobStatus;
}

/**
 * The statement that keeps a job, for `await` or for a batch with the rows that it is about: then
 * the job exists exactly if they do. A repeated idempotency key changes nothing and answers with
 * the job that has it.
 * Throws SQLSTATE 23514 for a payload too large once spelled out.
 */
export function insertJob(db: NeonHttpDatabase, job: JobInsert) {
  const runAt = sql`${clock} + ${milliseconds(job.delay_ms)}`;
  // The update that changes nothing makes `returning` speak in the case of a conflict as well.
  return db.execute<AddedJobRow>(sql`
    insert into job (id, kind, payload, attempts_max, run_at, redispatch_at, idempotency_key)
    values (${job.id}, ${job.kind}, ${job.payloadText}::jsonb, ${job.attempts_max}::integer,
      ${runAt}, ${runAt} + ${milliseconds(job.grace_ms)}, ${job.idempotencyKey})
    on conflict (kind, idempotency_key) where idempotency_key is not null
      do update set idempotency_key = excluded.idempotency_key
    returning id, status`);
}
