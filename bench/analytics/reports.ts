import { levelsReportSchema } from "../../protocol/analytics/reports.ts";
import { dayOf } from "../../protocol/analytics/uuid7.ts";
import { percentile } from "../interleave.ts";
import type { AnalyticsStack } from "./stack.ts";

const day_ms = 86_400_000;
const days = 90;
const levels = 500;
/** Ranges of ninety days, each begun a day before the last, that nobody has asked for yet. */
const coldRanges = 60;
const warmCold = 5;
const pageLoads = 200;

/** How long the report of 500 levels over 90 days takes, through its route. */
export interface ReportLatencies {
  /** As a page meets it: a range up to today, by way of the cache that is deployed. */
  readonly page_ms: readonly number[];
  /** When no cache has it: the database adds 9,000 rows up, of twelve weeks and six days. */
  readonly cold_ms: readonly number[];
}

/** Writes roll-ups of levels into the stack's Postgres, and asks for reports of them. */
export async function reportLatencies_ms(stack: AnalyticsStack): Promise<ReportLatencies> {
  await stack.postgres.query(
    `insert into analytics_level_day (game_id, env, day, level, starts, completes, fails, quits,
      duration_ms, timed, score, scored, players, passed, winners, win_attempts)
    select $1, 'sandbox', (now() at time zone 'utc')::date - d, 'stage ' || l, 40 + d % 7, 20, 15, 5,
      2000000 + l, 40, 20000, 20, (600 - l) / 100, (600 - l) * (70 + l % 30) / 10000,
      (600 - l) * (70 + l % 30) / 10000, (700 - l) / 100
    from generate_series(0, $2::int - 1) d, generate_series(1, $3::int) l`,
    [stack.gameId, days + coldRanges + warmCold, levels],
  );
  await stack.postgres.query(
    `insert into analytics_level_week (game_id, env, week, level, starts, completes, fails, quits,
      duration_ms, timed, score, scored, players, passed, winners, win_attempts)
    select game_id, env, day - (day - date '1970-01-01') % 7 as week, level, sum(starts),
      sum(completes), sum(fails), sum(quits), sum(duration_ms), sum(timed), sum(score), sum(scored),
      sum(players), sum(passed), sum(winners), sum(win_attempts)
    from analytics_level_day where game_id = $1 and env = 'sandbox' and level like 'stage %'
    group by game_id, env, week, level`,
    [stack.gameId],
  );
  await stack.postgres.query(
    `insert into analytics_day (game_id, env, day, events, players, new_players, sessions, session_ms)
    select $1, 'sandbox', (now() at time zone 'utc')::date - d, 90000, 4000 + d, 200, 7000, 900000000
    from generate_series(0, $2::int - 1) d
    on conflict do nothing`,
    [stack.gameId, days],
  );
  // As the database does by itself some time after so many rows have come.
  await stack.postgres.query("vacuum analyze analytics_level_day, analytics_level_week");
  const page_ms: number[] = [];
  for (let load = 0; load < pageLoads; load += 1) page_ms.push(await ask(stack, 0));
  const cold_ms: number[] = [];
  for (let back = 1; back <= coldRanges + warmCold; back += 1) {
    const took_ms = await ask(stack, back);
    if (back > warmCold) cold_ms.push(took_ms);
  }
  return { page_ms, cold_ms };
}

export const p95 = (took_ms: readonly number[]) => Math.round(percentile(took_ms, 0.95));

/** Asks for a range that ended so many days ago. */
async function ask(stack: AnalyticsStack, back: number): Promise<number> {
  const to = dayOf(Date.now() - back * day_ms);
  const from = dayOf(Date.parse(to) - (days - 1) * day_ms);
  const began_ms = performance.now();
  const response = await stack.ask(
    "GET",
    `/v1/analytics/games/${stack.gameId}/levels?env=sandbox&from=${from}&to=${to}`,
  );
  const report: unknown = await response.json();
  const took_ms = performance.now() - began_ms;
  const found = levelsReportSchema.parse(report).levels;
  if (found.length !== levels) throw new Error(`the report has ${found.length} levels`);
  if ((found[0]?.completes ?? 0) !== 20 * days) throw new Error("the report is not of 90 days");
  return took_ms;
}
