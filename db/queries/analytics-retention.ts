import { sql } from "drizzle-orm";
import type { Db } from "../client.ts";
import type { DayRange } from "./analytics-metrics.ts";
import type { AnalyticsPlace } from "./analytics-rollup.ts";

/** How many players of a first day did something so many days later; age 0 is the cohort itself. */
export type RetentionFigures = {
  readonly day: string;
  readonly age: number;
  readonly players: number;
};

/**
 * Cohorts by first day, and who was back at some ages. One round trip; it reads the days of the
 * cohorts' players at these ages only.
 */
export async function readRetention(
  db: Db,
  { gameId, env }: AnalyticsPlace,
  { from, to }: DayRange,
  ages: readonly number[],
): Promise<readonly RetentionFigures[]> {
  const { rows } = await db.execute<RetentionFigures>(sql`
    with cohort as materialized (
      select player_id, first_day from analytics_player
      where game_id = ${gameId} and env = ${env}
        and first_day between ${from}::date and ${to}::date
    )
    select to_char(first_day, 'YYYY-MM-DD') as day, 0 as age, count(*)::float8 as players
    from cohort group by first_day
    union all
    select to_char(c.first_day, 'YYYY-MM-DD'), d.day - c.first_day, count(*)::float8
    from cohort c join analytics_player_day d on d.player_id = c.player_id
    where d.game_id = ${gameId} and d.env = ${env}
      and d.day between ${from}::date and ${to}::date + ${Math.max(...ages)}::integer
      and d.day - c.first_day = any(${sql.param(ages)}::integer[])
    group by c.first_day, d.day - c.first_day
    order by 1, 2`);
  return rows;
}
