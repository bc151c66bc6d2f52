import type { Pool } from "pg";

/** The documents' values, in seconds. */
const HEARTBEAT_TIMEOUT_SECONDS = 180;
const CLEANUP_INTERVAL_SECONDS = 120;
const sessionsPerRun_max = 100;
/** The hour of the day, in UTC, at which the day before is counted. */
const aggregationHour = 2;
const day_ms = 86_400_000;

/** Closes up to a hundred sessions that have been silent for three minutes. */
export async function closeInactiveSessions(pool: Pool): Promise<void> {
  await pool.query(
    `update baseline_play_session set ended_at = coalesce(last_heartbeat, started_at)
     where id in (
       select id from baseline_play_session
       where ended_at is null
         and coalesce(last_heartbeat, started_at) < now() - make_interval(secs => $1)
       limit $2)`,
    [HEARTBEAT_TIMEOUT_SECONDS, sessionsPerRun_max],
  );
}

/** Counts the levels of the last two days anew from their raw events. */
export async function aggregateLevelMetrics(pool: Pool): Promise<void> {
  await pool.query(
    `insert into baseline_level_metrics_daily
       (game_id, level, day, starts, completes, fails, quits, players, duration_ms)
     select game_id, level, (at at time zone 'utc')::date,
       count(*) filter (where status = 'start'), count(*) filter (where status = 'complete'),
       count(*) filter (where status = 'fail'), count(*) filter (where status = 'quit'),
       count(distinct user_id), coalesce(sum(duration_ms), 0)
     from baseline_event
     where level is not null
       and at >= ((now() at time zone 'utc')::date - 1)::timestamp at time zone 'utc'
     group by 1, 2, 3
     on conflict (game_id, level, day) do update set
       starts = excluded.starts, completes = excluded.completes, fails = excluded.fails,
       quits = excluded.quits, players = excluded.players, duration_ms = excluded.duration_ms`,
  );
}

/** How long from a moment until the next aggregation. */
export function untilAggregation_ms(now_ms: number): number {
  const today_ms = Math.floor(now_ms / day_ms) * day_ms + aggregationHour * 3_600_000;
  return (today_ms > now_ms ? today_ms : today_ms + day_ms) - now_ms;
}

/** Runs both by the clock, and the aggregation once at the start, for nights it has missed. */
export function startServices(pool: Pool, warn: (message: string) => void) {
  const run = (name: string, work: (pool: Pool) => Promise<void>) => {
    work(pool).catch((error: unknown) => warn(`${name} failed: ${String(error)}`));
  };
  const aggregate = () => {
    run("LevelMetricsAggregation", aggregateLevelMetrics);
    nightly = setTimeout(aggregate, untilAggregation_ms(Date.now()));
  };
  let nightly: NodeJS.Timeout | undefined;
  aggregate();
  const heartbeat = setInterval(
    () => run("SessionHeartbeatService", closeInactiveSessions),
    CLEANUP_INTERVAL_SECONDS * 1_000,
  );
  return () => {
    clearTimeout(nightly);
    clearInterval(heartbeat);
  };
}
