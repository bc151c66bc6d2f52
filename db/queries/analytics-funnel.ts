import { type SQL, sql } from "drizzle-orm";
import type { FunnelQuery, FunnelStep } from "../../protocol/analytics/reports.ts";
import type { Db } from "../client.ts";
import type { AnalyticsPlace } from "./analytics-rollup.ts";

const hour_ms = 3_600_000;

/**
 * How many players got to each step. One round trip.
 *
 * For each event that takes step k, `a<k>` is the latest first step from which the steps before k led
 * to it in time: the latest is the best, because what is out of its window is out of every earlier
 * one's. It is a running maximum over the player's events before this one, so that each step is one
 * pass in order (the algorithm of ClickHouse's `windowFunnel`, with every first step tried).
 * @returns players by step, as many numbers as steps
 */
export async function readFunnel(
  db: Db,
  { gameId, env }: AnalyticsPlace,
  { from, to, steps, window_h }: Pick<FunnelQuery, "from" | "to" | "steps" | "window_h">,
): Promise<readonly number[]> {
  const window_ms = window_h * hour_ms;
  const days = sql`day between ${from}::date and ${to}::date + ${Math.ceil(window_h / 24)}::integer`;
  const place = sql`game_id = ${gameId} and env = ${env} and player_id is not null`;
  const taken = (isRevenue: boolean) => {
    const marks = steps.map((step, at) => {
      const fits = takes(step, isRevenue);
      return at === 0 ? sql`${fits} and day <= ${to}::date` : fits;
    });
    const columns = sql.join(
      marks.map((mark, at) => sql`(${mark}) as ${name("m", at)}`),
      sql`, `,
    );
    const any = sql.join(
      marks.map((mark) => sql`(${mark})`),
      sql` or `,
    );
    const table = isRevenue ? sql`analytics_revenue` : sql`analytics_event`;
    return sql`select player_id, at_ms, ${columns} from ${table}
      where ${place} and ${days} and (${any})`;
  };
  let reached = sql`select *, case when ${name("m", 0)} then at_ms end as ${name("a", 0)}
    from (${taken(false)} union all ${taken(true)}) taken`;
  for (let step = 1; step < steps.length; step += 1)
    reached = sql`select *, case when ${name("m", step)} and at_ms <= best + ${window_ms}::bigint
        then best end as ${name("a", step)}
      from (select ${kept(steps.length, step)}, max(${name("a", step - 1)}) over (
          partition by player_id order by at_ms range between unbounded preceding and 1 preceding
        ) as best from (${reached}) ${name("r", step)}) ${name("b", step)}`;
  const counts = steps.map(
    (_step, at) =>
      sql`count(distinct player_id) filter (where ${name("a", at)} is not null)::float8 as ${name("c", at)}`,
  );
  const { rows } = await db.execute<Record<string, number>>(
    sql`select ${sql.join(counts, sql`, `)} from (${reached}) reached`,
  );
  return steps.map((_step, at) => rows[0]?.[`c${at}`] ?? 0);
}

/** The columns that a step hands to the next: all but the running maximum. */
function kept(steps: number, step: number): SQL {
  const marks = Array.from({ length: steps }, (_, at) => name("m", at));
  const anchors = Array.from({ length: step }, (_, at) => name("a", at));
  return sql.join([sql`player_id`, sql`at_ms`, ...marks, ...anchors], sql`, `);
}

function name(letter: string, at: number): SQL {
  return sql.raw(`${letter}${at}`);
}

/** The condition that a row takes a step; revenue has a table of its own. */
function takes(step: FunnelStep, isRevenue: boolean): SQL {
  if ((step.kind === "revenue") !== isRevenue) return sql`false`;
  switch (step.kind) {
    case "revenue":
      return sql`type = 'purchase' ${named("product", step.product)}`;
    case "level":
      return sql`kind = 'level' and level = ${step.level} and status = ${step.status}`;
    case "session_start":
      return sql`kind = 'session_start'`;
    case "event":
      return sql`kind = 'event' and name = ${step.name}`;
    case "error":
      return sql`kind = 'error' ${named("name", step.name)}`;
  }
}

function named(column: string, value: string | undefined): SQL {
  return value === undefined ? sql`` : sql`and ${sql.raw(column)} = ${value}`;
}
