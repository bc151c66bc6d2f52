import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { Job, JobDetail, JobStatus } from "../../protocol/jobs.ts";
import { clock, type JobColumnsRow, jobColumns, jobOf, milliseconds, rowsOf } from "./job-sql.ts";

/** The job with this id, or undefined. One round trip. */
export async function findJob(db: NeonHttpDatabase, id: string): Promise<JobDetail | undefined> {
  const [row] = await rowsOf<JobColumnsRow>(
    db,
    sql`select ${jobColumns}, job.payload, job.result from job where job.id = ${id}`,
  );
  return row && { ...jobOf(row), payload: row.payload, result: row.result };
}

/** Where a page begins: behind the job made at that moment and with that id. */
export interface JobCursor {
  readonly createdAt_ms: number;
  readonly id: string;
}

/** Jobs of one status, newest first, from a cursor on. One round trip, one index. */
export async function listJobs(
  db: NeonHttpDatabase,
  status: JobStatus,
  limit: number,
  after: JobCursor | undefined,
): Promise<readonly Job[]> {
  const further =
    after === undefined
      ? sql``
      : sql`and (job.created_at, job.id)
          < (timestamptz 'epoch' + ${milliseconds(after.createdAt_ms)}, ${after.id}::uuid)`;
  const rows = await rowsOf<JobColumnsRow>(
    db,
    sql`select ${jobColumns} from job where job.status = ${status} ${further}
    order by job.created_at desc, job.id desc limit ${limit}::integer`,
  );
  return rows.map(jobOf);
}

/** Figures for monitors. */
export interface JobCounts {
  readonly [column: string]: unknown;
  readonly queued: number;
  readonly running: number;
  readonly dead: number;
  /** How long the oldest job that is due has been waiting; 0 when none is. */
  readonly oldestDue_ms: number;
}

/** How many jobs wait, run and are given up. One round trip over indexes alone; ended jobs are not read. */
export async function countJobs(db: NeonHttpDatabase): Promise<JobCounts> {
  const [counts] = await rowsOf<JobCounts>(
    db,
    sql`select
      (select count(*) from job where status = 'queued')::integer as queued,
      (select count(*) from job where status = 'running')::integer as running,
      (select count(*) from job where status = 'dead')::integer as dead,
      coalesce((select extract(epoch from ${clock} - min(run_at)) * 1000 from job
        where status = 'queued' and run_at <= ${clock}), 0)::float8 as "oldestDue_ms"`,
  );
  if (counts === undefined) throw new Error("counting jobs returned no row");
  return counts;
}
