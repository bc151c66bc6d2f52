import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { rowsOf } from "./job-sql.ts";

export interface PruneLimits {
  /** Age from which done and cancelled jobs go. */
  readonly days: number;
  /** Age from which dead ones go. */
  readonly deadDays: number;
  /** Most jobs at a time. */
  readonly limit: number;
}

/** Ids of jobs that ended so long ago that they may go, oldest first. One round trip. */
export async function findPrunableJobs(
  db: NeonHttpDatabase,
  { days, deadDays, limit }: PruneLimits,
): Promise<readonly string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`select id from job
    where finished_at is not null
      and finished_at < now() - make_interval(days => least(${days}::integer, ${deadDays}::integer))
      and finished_at < now() - make_interval(
        days => case status when 'dead' then ${deadDays}::integer else ${days}::integer end)
    order by finished_at limit ${limit}::integer`,
  );
  return rows.map(({ id }) => id);
}

/** The statement that deletes jobs, of which only ended ones go: one may have been retried meanwhile. */
export function deleteEndedJobs(db: NeonHttpDatabase, ids: readonly string[]) {
  return db.execute(sql`
    delete from job where finished_at is not null
      and id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`);
}
