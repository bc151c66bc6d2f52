import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  real,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

/** Whole milliseconds, so that a moment survives the way through JavaScript and back. */
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * Background jobs: the truth about each. A queue beside it carries ids alone, and may lose them or
 * deliver them twice. Every change of a running job names its lease token, so that a worker that
 * lost its lease can change nothing.
 */
export const job = pgTable(
  "job",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind").notNull(),
    payload: jsonb("payload").notNull(),
    status: text("status", { enum: ["queued", "running", "done", "dead", "cancelled"] })
      .notNull()
      .default("queued"),
    attempts: integer("attempts").notNull().default(0),
    attemptsMax: integer("attempts_max").notNull(),
    runAt: moment("run_at").notNull().defaultNow(),
    /** When the sweep sends the id again if the job is still queued. */
    redispatchAt: moment("redispatch_at").notNull(),
    leaseToken: uuid("lease_token"),
    leaseUntil: moment("lease_until"),
    worker: text("worker"),
    progress: real("progress").notNull().default(0),
    progressNote: text("progress_note"),
    /** What the handler last committed of its own state; its next attempt starts from there. */
    checkpoint: jsonb("checkpoint"),
    idempotencyKey: text("idempotency_key"),
    result: jsonb("result"),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    cancelRequestedAt: moment("cancel_requested_at"),
    /** Raised by every change worth showing. */
    revision: integer("revision").notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    finishedAt: moment("finished_at"),
  },
  (table) => [
    uniqueIndex("job_idempotency_key_idx")
      .on(table.kind, table.idempotencyKey)
      .where(sql`idempotency_key is not null`),
    // The sweep: leases that ran out, ids that were lost.
    index("job_lease_until_idx").on(table.leaseUntil).where(sql`status = 'running'`),
    index("job_redispatch_at_idx").on(table.redispatchAt).where(sql`status = 'queued'`),
    // Pruning walks what has ended by age.
    index("job_finished_at_idx").on(table.finishedAt).where(sql`finished_at is not null`),
    // Operators page through one status, newest first: the index read backwards.
    index("job_status_created_at_idx").on(table.status, table.createdAt, table.id),
    check("job_status_check", sql`status in ('queued', 'running', 'done', 'dead', 'cancelled')`),
    check("job_lease_check", sql`(status = 'running') = (lease_token is not null)`),
    check("job_lease_until_check", sql`(lease_token is null) = (lease_until is null)`),
    check(
      "job_finished_check",
      sql`(status in ('done', 'dead', 'cancelled')) = (finished_at is not null)`,
    ),
    check("job_attempts_check", sql`attempts between 0 and attempts_max`),
    check("job_progress_check", sql`progress between 0 and 1`),
    // The last defence; the callers' own limits are a quarter of these, before jsonb spells them out.
    check("job_payload_check", sql`octet_length(payload::text) <= 65536`),
    check("job_checkpoint_check", sql`octet_length(checkpoint::text) <= 65536`),
    check("job_result_check", sql`octet_length(result::text) <= 65536`),
  ],
);
