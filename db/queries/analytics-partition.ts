import { sql } from "drizzle-orm";
import type { Db } from "../client.ts";

const day_ms = 86_400_000;

/** How raw events are kept: for so many days, 0 being the sandbox, which is kept for a week. */
export const retentions = [0, 7, 30, 90, 365] as const;
export type Retention = (typeof retentions)[number];

/** Days in one partition of each: few partitions for long ones, and little kept beyond its time. */
const width_days: Readonly<Record<Retention, number>> = { 0: 1, 7: 1, 30: 7, 90: 7, 365: 30 };

/**
 * Raw events outlive their time by this, and by the rest of their partition: an event may wait in a
 * buffer, and one sent again must meet its first copy. It is more than an event may be old when it is
 * sent (`clockLimits.past_ms_max`) only together with the time it is kept for; so buffers refuse
 * events older than both.
 */
export const retentionMargin_days = 3;

/** One partition: events of one retention over some days. */
export interface AnalyticsPartition {
  readonly table: string;
  readonly retention: Retention;
  /** First day, and the day behind the last, as days since 1970. */
  readonly from: number;
  readonly to: number;
}

/** The partition that a day's events of one retention belong in. @param time_ms any moment of the day */
export function partitionOf(retention: Retention, time_ms: number): AnalyticsPartition {
  const width = width_days[retention];
  const from = Math.floor(time_ms / day_ms / width) * width;
  const table = `analytics_event_k${retention}_${dateOf(from).replaceAll("-", "")}`;
  return { table, retention, from, to: from + width };
}

const dateOf = (day: number) => new Date(day * day_ms).toISOString().slice(0, 10);

/** The statement that makes a partition unless it is there. Two at once: one fails and may retry. */
export function createPartition(db: Db, { table, retention, from, to }: AnalyticsPartition) {
  return db.execute(
    sql.raw(`create table if not exists "${table}" partition of analytics_event
      for values from (${retention}, '${dateOf(from)}') to (${retention}, '${dateOf(to)}')`),
  );
}

/** Partitions whose last event is older than it is kept for, the oldest first. */
export async function findExpiredPartitions(
  db: Db,
  now_ms: number,
  limit: number,
): Promise<readonly AnalyticsPartition[]> {
  const { rows } = await db.execute<{ table: string }>(sql`
    select c.relname as table from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'analytics_event'::regclass order by c.relname limit 2000`);
  const today = Math.floor(now_ms / day_ms);
  return rows
    .flatMap(({ table }) => parsePartition(table) ?? [])
    .filter(({ retention, to }) => to <= today - (retention || 7) - retentionMargin_days)
    .sort((a, b) => a.from - b.from)
    .slice(0, limit);
}

/** The statement that takes a partition away with all its events. Roll-ups stay. */
export function dropPartition(db: Db, { table }: AnalyticsPartition) {
  return db.execute(sql.raw(`drop table if exists "${table}"`));
}

function parsePartition(table: string): AnalyticsPartition | undefined {
  const [, kept, year, month, day] =
    /^analytics_event_k(\d+)_(\d{4})(\d{2})(\d{2})$/.exec(table) ?? [];
  const retention = retentions.find((known) => String(known) === kept);
  if (retention === undefined) return undefined;
  const partition = partitionOf(retention, Date.parse(`${year}-${month}-${day}T00:00:00Z`));
  return partition.table === table ? partition : undefined;
}
