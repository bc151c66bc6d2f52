import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { z } from "zod";
import type { Side } from "../driver.ts";
import type { Rows } from "./taken.ts";
import { lacking } from "./taken.ts";

/** A game's buffer writes every 30 s at the latest, the old design's writers every 5 s. */
const drain_ms_max = { edge: 75_000, container: 15_000 } as const;
const look_ms = 1_000;
const count = z.number().int();
const rowsSchema = z.object({ events: count, revenue: count, sessions: count, again: count });

const questions = {
  // The ends and begins of sessions are rows of their own there, besides the session's.
  edge: `select
    (select count(*)::int from analytics_event
      where game_id = $1 and kind in ('event', 'level', 'error')) as events,
    (select (count(*) - count(distinct uuid))::int from analytics_event where game_id = $1) as again,
    (select count(*)::int from analytics_revenue where game_id = $1) as revenue,
    (select count(*)::int from analytics_session where game_id = $1) as sessions`,
  container: `select
    (select count(*)::int from baseline_event where game_id = $1) as events,
    0 as again,
    (select count(*)::int from baseline_revenue where game_id = $1) as revenue,
    (select count(*)::int from baseline_play_session where game_id = $1) as sessions`,
} as const;

/**
 * Waits until a game's database has what was acknowledged, or has had the time for it. It is asked past
 * the service, which counts what it is asked.
 * @returns what it has, and how many events it has more than once
 */
export async function ledgerOf(
  { name, databaseUrl }: Side,
  gameId: string,
  taken: Rows,
): Promise<z.output<typeof rowsSchema>> {
  const postgres = new Client(databaseUrl);
  await postgres.connect();
  try {
    const deadline_ms = performance.now() + drain_ms_max[name];
    for (;;) {
      const { rows } = await postgres.query(questions[name], [gameId]);
      const found = rowsSchema.parse(rows[0]);
      if (lacking(taken, found) === 0 || performance.now() > deadline_ms) return found;
      await pause(look_ms);
    }
  } finally {
    await postgres.end();
  }
}
