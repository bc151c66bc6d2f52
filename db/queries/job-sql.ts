import { type SQL, sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { Job, JobStatus } from "../../protocol/jobs.ts";

/**
 * The database's clock, which alone decides about leases: workers' clocks differ. It is cut to the
 * columns' milliseconds, because rounding could put a moment after the present.
 */
export const clock = sql.raw("date_trunc('milliseconds', now())");

/** A length of time for a statement. */
export function milliseconds(length_ms: number): SQL {
  return sql`make_interval(secs => ${length_ms / 1000}::float8)`;
}

const epoch_ms = (column: string) => `(extract(epoch from job.${column}) * 1000)::float8`;

/** What a `Job` is made of, for a select list or `returning`. */
export const jobColumns = sql.raw(
  [
    "job.id, job.kind, job.status, job.revision, job.attempts, job.attempts_max, job.progress",
    "job.progress_note, job.idempotency_key, job.error_code, job.error_message",
    "job.cancel_requested_at is not null as cancel_requested",
    ...["run_at", "lease_until", "created_at", "updated_at", "finished_at"].map(
      (column) => `${epoch_ms(column)} as ${column}_ms`,
    ),
  ].join(", "),
);

/** One row of `jobColumns`. */
export interface JobColumnsRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly kind: string;
  readonly status: JobStatus;
  readonly revision: number;
  readonly attempts: number;
  readonly attempts_max: number;
  readonly progress: number;
  readonly progress_note: string | null;
  readonly idempotency_key: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly cancel_requested: boolean;
  readonly run_at_ms: number;
  readonly lease_until_ms: number | null;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly finished_at_ms: number | null;
}

export function jobOf(row: JobColumnsRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    revision: row.revision,
    attempts: row.attempts,
    attempts_max: row.attempts_max,
    progress: row.progress,
    progressNote: row.progress_note,
    cancelRequested: row.cancel_requested,
    idempotencyKey: row.idempotency_key,
    runAt_ms: row.run_at_ms,
    leaseUntil_ms: row.lease_until_ms,
    error:
      row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? "" },
    createdAt_ms: row.created_at_ms,
    updatedAt_ms: row.updated_at_ms,
    finishedAt_ms: row.finished_at_ms,
  };
}

/** Runs a statement and hands back its rows. One round trip. */
export async function rowsOf<Row extends Record<string, unknown>>(
  db: NeonHttpDatabase,
  statement: SQL,
): Promise<readonly Row[]> {
  return (await db.execute<Row>(statement)).rows;
}
