import { resolve } from "node:path";
import { expect, test } from "vitest";
import { newestMeasurement } from "../../../cost/newest.ts";
import { edgeUnits } from "../../../cost/units.ts";
import { shardOf as bufferShardOf } from "../../../functions/analytics/ingest/shard.ts";
import { shardOf as lobbyShardOf } from "../../../functions/match/region.ts";
import { forAll } from "../../../platform/testing/random.ts";
import { flushesOf, writesOf } from "./buffer-load.ts";
import { bufferRun } from "./buffer-run.ts";
import { million, playerEvents_per_s } from "./load.ts";
import { lobbyRun } from "./lobby-run.ts";
import { lockRun } from "./lock-run.ts";
import { lockUse, medianPlayers, search, topPlayers, watchPerson } from "./model.ts";
import { documentTables, givesRows, shareRows, spotRows, wholeRows } from "./table.ts";
import { watchHour } from "./watch-run.ts";
import { zipfShares } from "./zipf.ts";

const results = resolve(import.meta.dirname, "../../../bench/results");
/** How far what machines do may be from what the model says. */
const tolerance = 0.1;

function expectNear(found: number, said: number): void {
  expect(found).toBeGreaterThan(said * (1 - tolerance));
  expect(found).toBeLessThan(said * (1 + tolerance));
}

test("the tables of docs/scale.md say what the model says", async () => {
  const tables = await documentTables();
  expect(tables.get("the busiest")).toEqual(spotRows(million));
  expect(tables.get("of its ceiling")).toEqual(shareRows(million));
  const measurement = await newestMeasurement(results);
  if (measurement === undefined) throw new Error("there are no results of load runs");
  const { stored_bytes } = edgeUnits(measurement, "analytics");
  expect(tables.get("all together")).toEqual(wholeRows(million, stored_bytes.by));
  expect(tables.get("what gives")).toEqual(givesRows(million));
});

test.each([10, 100])("an hour of the watch room with %i people is as reckoned", async (people) => {
  await forAll(people > 10 ? 1 : 10, (random) => {
    const tally = watchHour(random, people);
    const person = watchPerson(people);
    expectNear(tally.events - tally.alarms, people * person.events_per_h);
    expectNear(tally.frames, people * person.frames_per_h);
    expectNear(tally.writes, people * person.writes_per_h);
    // Rows beyond one a write are statistics and the host's absence: few, whatever happens.
    expect(tally.rows - tally.writes).toBeLessThan(100);
  });
});

test("the queue of a thousand people does for each search what was reckoned", async () => {
  await forAll(1, (random) => {
    const run = lobbyRun(random, { people: 1_000, warmUp_s: 65, run_s: 65, looks: true });
    expectNear(run.events - run.alarms, run.searches * search.events);
    expectNear(run.frames, run.searches * search.frames);
    expectNear(run.writes, run.searches * search.writes);
    expectNear(run.rows, run.searches * search.rows);
    expectNear(run.pairs, run.searches / 2);
    // Where so many search, nobody waits long for somebody who fits; alarms are for lost calls.
    expect(run.waiting_max).toBeLessThan(20);
    expect(run.alarms + run.alarmsSet).toBeLessThan(run.searches * 0.1);
  });
});

test("the queue with 40,000 people pairs them all, and writes more than an object can", async () => {
  await forAll(1, (random) => {
    const run_s = 8;
    const run = lobbyRun(random, { people: 40_000, warmUp_s: 4, run_s, looks: false });
    expectNear(run.searches / run_s, 40_000 / 65);
    expectNear(run.pairs, run.searches / 2);
    expectNear(run.writes, run.searches * search.writes);
    expect(run.writes / run_s).toBeGreaterThan(1_000);
  });
});

test("a hash spreads 100,000 people over 16 lobbies and 16 buffers to within 6%", async () => {
  await forAll(1, (random) => {
    const settings = { settings: { shards: 16 } } as Parameters<typeof bufferShardOf>[2];
    const ids = Array.from(
      { length: 100_000 },
      (_, n) => `${random.below(2 ** 31).toString(36)}-${n}`,
    );
    const bySequence = ids.map((_, n) => `player-${n}`);
    const bufferOf = (player: string) => bufferShardOf({ events: [{ player }] }, "live", settings);
    expect(imbalance(ids.map((id) => lobbyShardOf(id, 16)))).toBeLessThan(1.06);
    for (const players of [ids, bySequence])
      expect(imbalance(players.map(bufferOf))).toBeLessThan(1.06);
  });
});

/** The fullest of 16 shards by the mean. */
function imbalance(shards: readonly number[]): number {
  const counts = Array.from({ length: 16 }, () => 0);
  for (const shard of shards) counts[shard] = (counts[shard] ?? 0) + 1;
  return Math.max(...counts) / (shards.length / 16);
}

/** Players of the game whose lock is never free. */
const lockPlayers = topPlayers(million) / lockUse(topPlayers(million), million.topGameShards);

test.each([
  ["a buffer of the top game", topPlayers(million) / million.topGameShards, 120],
  ["one buffer, of a game as large as its lock lets it be,", lockPlayers, 20],
])(
  "%s writes the rows and slices that were reckoned, and refuses nothing",
  async (_, players, run_s) => {
    await forAll(1, async (random) => {
      const run = await bufferRun(random, { players, run_s });
      const said = flushesOf(players);
      expectNear(run.batches / run_s, said.batches_per_s);
      expectNear(run.events / run_s, said.events_per_s);
      expectNear(run.rows / run_s, writesOf(players).rows_per_s);
      const written = run.slices.reduce((sum, events) => sum + events, 0);
      expectNear(written / run.slices.length, said.events_per_s / said.statements_per_s);
      // Chunks are small, so what limits a statement is its events.
      expect(Math.max(...run.slices)).toBeGreaterThan(3_800);
      expect(run.waiting_max).toBeLessThan(5_200);
      expect(run.refused).toBe(0);
    });
  },
);

test("the buffer of a game in the middle writes the rows and slices that were reckoned, each half minute", async () => {
  await forAll(1, async (random) => {
    const players = medianPlayers(million);
    const run_s = 6 * 3_600;
    const run = await bufferRun(random, { players, run_s });
    expectNear(run.rows / run_s, writesOf(players).rows_per_s);
    expectNear(run.slices.length / run_s, flushesOf(players).statements_per_s);
    expect(run.refused).toBe(0);
  });
});

test("the lock of a game holds as long as it is used less than reckoned, and then no longer", async () => {
  await forAll(1, (random) => {
    const shards = million.topGameShards;
    const below = lockRun(random, { players: lockPlayers * 0.9, shards, minutes: 10 });
    expectNear(below.busy, 0.9);
    expect(Math.max(...below.waiting)).toBeLessThan(shards * 5_000 * 2);
    const above = lockRun(random, { players: lockPlayers * 1.2, shards, minutes: 10 });
    const grown = (above.waiting[9] ?? 0) - (above.waiting[4] ?? 0);
    expectNear(grown, lockPlayers * 0.2 * playerEvents_per_s * 300);
  });
});

test("Zipf's law gives the top game its share, and all games together everybody", () => {
  const shares = zipfShares(million.games, million.topGameShare);
  expect(shares[0]).toBeCloseTo(0.2, 6);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
});
