import { setTimeout as pause } from "node:timers/promises";
import { type Random, seededRandom } from "../../platform/testing/random.ts";
import { batchAnswerSchema } from "../../protocol/analytics/batch.ts";
import type { EventRow } from "../../protocol/analytics/row.ts";
import { expectedRollups, keptRollups, type Rollups } from "../contract/analytics-ingest-oracle.ts";
import { someRows } from "../contract/analytics-ingest-rows.ts";
import { eventOf } from "./analytics-client.ts";
import type { AnalyticsWorld, WorldGame } from "./analytics-world.ts";

const clients = 4;
const sends_max = 3;
/** How long a client waits after a send that got no answer. */
const unanswered_ms = 250;
const drain_ms_max = 120_000;

/** What a run did, and what it found in the database. */
export interface KillReport {
  readonly kills: number;
  readonly workerKills: number;
  readonly databaseKills: number;
  readonly batches: number;
  readonly events: number;
  readonly acknowledged: number;
  /** Sends that got no answer, or one that was no word about the events. */
  readonly unanswered: number;
  /** Acknowledged events that the database does not have: must be 0. */
  readonly lost: number;
  /** Rows that are there more than once: must be 0. */
  readonly duplicates: number;
  readonly kept: Rollups;
  readonly expected: Rollups;
}

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** Ends the database as a crash would, and brings it back. */
  readonly killDatabase: (() => Promise<void>) | undefined;
}

interface Sent {
  readonly rows: readonly EventRow[];
  acknowledged: boolean;
}

/** What names a row in the database, for revenue its transaction. */
const nameOf = ({ k, u, rs, rt }: EventRow) => (k === "revenue" ? `${rs} ${rt}` : u);

/**
 * Clients send batches, each up to three times, while the Worker and the database are killed at
 * random moments. Their events lie around the midnights of the last days, a week back too, and are
 * sent again at any time later. In the end whatever was not acknowledged is sent until it is, so that
 * what the database must hold is known exactly.
 */
export async function runKills(
  world: AnalyticsWorld,
  game: WorldGame,
  { kills, seed, killDatabase }: KillOptions,
): Promise<KillReport> {
  const random = seededRandom(seed);
  const sent: Sent[] = [];
  let over = false;
  let unanswered = 0;

  const trySend = async (batch: Sent): Promise<void> => {
    try {
      const response = await world.send(game, { events: batch.rows.map(eventOf) });
      const answer = batchAnswerSchema.safeParse(await response.json());
      if (!answer.success) unanswered += 1;
      else batch.acknowledged ||= isAcknowledged(answer.data.results);
    } catch {
      unanswered += 1;
      await pause(unanswered_ms);
    }
  };
  const client = async (own: Random) => {
    while (!over) {
      const batch = newBatch(own);
      sent.push(batch);
      for (let sends = 1 + own.below(sends_max); sends > 0 && !over; sends -= 1) {
        await trySend(batch);
        await pause(20 + own.below(150));
        // Now and then an old batch once more, as after a week in a drawer.
        if (own.next() < 0.1) await trySend(own.pick(sent));
      }
    }
  };

  const running = Array.from({ length: clients }, (_, n) => client(seededRandom(seed + 1 + n)));
  let workerKills = 0;
  let databaseKills = 0;
  while (workerKills + databaseKills < kills) {
    await pause(100 + random.below(1_200));
    if (killDatabase !== undefined && random.next() < 0.3) {
      await killDatabase();
      databaseKills += 1;
    } else {
      await world.kill();
      await world.begin();
      workerKills += 1;
    }
  }
  over = true;
  await Promise.all(running);

  const acknowledged = sent.filter((batch) => batch.acknowledged).flatMap(({ rows }) => rows);
  const lost = await lostOf(world, game, acknowledged);
  await until("every batch to be acknowledged", async () => {
    for (const batch of sent.filter((one) => !one.acknowledged)) await trySend(batch);
    return sent.every((batch) => batch.acknowledged);
  });
  const expected = expectedRollups(sent.flatMap(({ rows }) => rows));
  let kept = await keptRollups(world.db, game);
  await until("the buffers to be empty", async () => {
    kept = await keptRollups(world.db, game);
    return kept.events.length >= expected.events.length;
  }).catch(() => {});
  // The roll-ups are written with the rows; sessions, though, may still be on their way.
  await until("the sessions", async () => {
    kept = await keptRollups(world.db, game);
    return JSON.stringify(kept.sessions) === JSON.stringify(expected.sessions);
  }).catch(() => {});
  return {
    kills: workerKills + databaseKills,
    workerKills,
    databaseKills,
    batches: sent.length,
    events: sent.reduce((sum, { rows }) => sum + rows.length, 0),
    acknowledged: acknowledged.length,
    unanswered,
    lost,
    duplicates: kept.events.length - new Set(kept.events).size,
    kept,
    expected,
  };
}

function newBatch(random: Random): Sent {
  const rows = someRows(random, 1 + random.below(60), Date.now());
  // The oracle knows events by their uuid, so each is here once; an unsigned purchase is unverified.
  const unique = new Map(rows.map((row) => [nameOf(row), { ...row, rv: false }]));
  return { rows: [...unique.values()], acknowledged: false };
}

function isAcknowledged(results: readonly { readonly status: string }[]): boolean {
  if (results.some(({ status }) => status === "drop")) throw new Error("a good event was dropped");
  return results.every(({ status }) => status === "ok" || status === "duplicate");
}

/** How many of the acknowledged raw events and purchases never get into the database. */
async function lostOf(
  world: AnalyticsWorld,
  game: WorldGame,
  acknowledged: readonly EventRow[],
): Promise<number> {
  const wanted = acknowledged.filter(({ k }) => k !== "heartbeat" && k !== "revenue");
  let missing = wanted.length;
  await until("what was acknowledged to be in the database", async () => {
    const events = new Set((await keptRollups(world.db, game)).events);
    missing = wanted.filter(({ u }) => !events.has(u)).length;
    return missing === 0;
  }).catch(() => {});
  return missing;
}

async function until(what: string, met: () => Promise<boolean>): Promise<void> {
  const deadline_ms = performance.now() + drain_ms_max;
  for (;;) {
    // The database may just be coming back.
    if (await met().catch(() => false)) return;
    if (performance.now() > deadline_ms) throw new Error(`waited in vain for ${what}`);
    await pause(300);
  }
}
