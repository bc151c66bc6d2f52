import { sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import type { AnalyticsPlace } from "./analytics-rollup.ts";

/** What a sweep of silent sessions found. */
export interface SessionSweep {
  readonly [column: string]: unknown;
  readonly closed: number;
  /** When the session that has been silent for longest among those still open was last seen. */
  readonly open_seen_ms: number | null;
}

/**
 * The statement that closes sessions which nothing was heard of since a moment, at most so many. Each
 * ends at its last sign of life, which it has already: so no roll-up changes, and doing it twice
 * changes nothing. A sign of life that comes later opens it again.
 */
export function closeSilentSessions(
  db: Db,
  { gameId, env }: AnalyticsPlace,
  silentSince_ms: number,
  limit: number,
) {
  return db.execute<SessionSweep>(sql`
    with silent as (
      select id from analytics_session
      where game_id = ${gameId} and env = ${env} and open and seen_ms < ${silentSince_ms}::bigint
      order by seen_ms limit ${limit}::integer for update skip locked
    ),
    closed as (
      update analytics_session s set open = false from silent
      where s.game_id = ${gameId} and s.env = ${env} and s.id = silent.id
      returning s.id
    )
    select (select count(*)::integer from closed) as closed,
      (select min(seen_ms)::float8 from analytics_session s
        where game_id = ${gameId} and env = ${env} and open
          and not exists (select 1 from silent where silent.id = s.id)) as open_seen_ms`);
}

/**
 * Deletes sessions that began longer ago than their game keeps raw events, the sandbox's after a
 * week; at most so many. Roll-ups stay. @returns how many
 */
export async function deleteOldSessions(db: Db, now_ms: number, limit: number): Promise<number> {
  const { rowCount } = await db.execute(sql`
    delete from analytics_session where ctid = any(array(
      select s.ctid from analytics_session s join analytics_game g on g.id = s.game_id
      where s.started_ms < ${now_ms}::bigint - 86400000 * (3 + case when s.env = 'sandbox' then 7
        else greatest(g.retention_days, g.retention_days_before) end)::bigint
      limit ${limit}::integer))`);
  return rowCount ?? 0;
}
