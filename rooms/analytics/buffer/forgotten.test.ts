import { expect, test } from "vitest";
import { BufferBench, keyId, refused, uuidsOf } from "../testing/buffer-bench.ts";

const minute_ms = 60_000;

/** A buffer in which ada and eve each have an event that waits, and whose database refuses all. */
async function refusing() {
  const bench = new BufferBench();
  bench.database = () => {
    throw refused("22003");
  };
  const send = async () => {
    const [ada = "", eve = ""] = uuidsOf(bench, 2);
    const rows = [
      { u: ada, p: "ada", r: bench.now_ms },
      { u: eve, p: "eve", r: bench.now_ms },
    ];
    await bench.buffer.accept({ revision: 1, keyId, uuids: [ada, eve] }, JSON.stringify(rows));
    return { ada, eve };
  };
  const dead = () => bench.buffer.dead(0).events.map(({ row }) => row.u);
  return { bench, send, dead };
}

test("A-DEAD-2 what waits of a player who is forgotten, and is refused afterwards, is not kept as dead", async () => {
  const { bench, send, dead } = await refusing();
  const { eve } = await send();
  bench.buffer.forgetPlayer("ada", bench.now_ms);
  bench.restart();
  await bench.pass(minute_ms);
  expect(dead()).toEqual([eve]);
  expect(bench.buffer.figures()).toMatchObject({ waiting_events: 0, dead_events: 1 });
});

test("A-DEAD-2 the same while it is being written, or was received before and comes after", async () => {
  const { bench, send, dead } = await refusing();
  const erased_ms = bench.now_ms;
  const all = [await send()];
  let writes = 0;
  bench.database = async () => {
    writes += 1;
    if (writes === 1) {
      bench.buffer.forgetPlayer("ada", erased_ms);
      all.push(await send());
    }
    throw refused("22003");
  };
  // The clock stands still while they are sent: what came last was received before, too.
  await bench.buffer.flush();
  await bench.pass(minute_ms);
  expect(dead()).toEqual(all.map(({ eve }) => eve));
});

test("A-DEAD-2 what a forgotten player sends later is like anybody's, and nobody is kept in mind for longer than is needed", async () => {
  const { bench, send, dead } = await refusing();
  bench.buffer.forgetPlayer("ada", bench.now_ms);
  bench.now_ms += 1;
  const { ada, eve } = await send();
  await bench.pass(59 * minute_ms);
  expect(dead()).toEqual([ada, eve]);
  expect(bench.facts()).toContain("forgotten");
  // It wakes for that by itself.
  await bench.pass(minute_ms);
  expect(bench.facts()).not.toContain("forgotten");
  expect(bench.alarmAt_ms).toBeNull();
});

test("A-DEAD-2 while the database is away a forgotten player is kept in mind for as long as anything waits from before", async () => {
  const { bench, send, dead } = await refusing();
  const { eve } = await send();
  bench.buffer.forgetPlayer("ada", bench.now_ms);
  const { database } = bench;
  bench.database = () => {
    throw new TypeError("nobody is there");
  };
  await bench.pass(120 * minute_ms);
  expect(bench.facts()).toContain("forgotten");
  bench.database = database;
  bench.restart();
  await bench.pass(2 * minute_ms);
  expect(dead()).toEqual([eve]);
  expect(bench.facts()).not.toContain("forgotten");
});
