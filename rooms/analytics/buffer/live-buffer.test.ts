import { expect, test } from "vitest";
import { BufferBench, refused, uuidsOf } from "../testing/buffer-bench.ts";

const minute_ms = 60_000;

test("A-SESSION-1 it wakes to close silent sessions, and sleeps when none is open", async () => {
  const bench = new BufferBench();
  bench.openSeen_ms = bench.now_ms;
  await bench.send(uuidsOf(bench, 1));
  await bench.pass(31_000);
  expect(bench.sweeps).toEqual([]);
  bench.restart();
  expect(bench.alarmAt_ms).toBe(bench.openSeen_ms + 180_000 + 30_000);
  await bench.pass(10 * minute_ms);
  expect(bench.sweeps).toHaveLength(1);
  expect(bench.alarmAt_ms).toBeNull();
});

test("A-TELL-1 it says how it stands seldom while it is well, each minute while it is not, and when that changes", async () => {
  const bench = new BufferBench();
  const writeEachMinute = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      await bench.send(uuidsOf(bench, 1));
      await bench.pass(minute_ms);
      bench.restart();
    }
    return bench.published.splice(0);
  };
  const well = await writeEachMinute(30);
  expect(well.length).toBeGreaterThanOrEqual(3);
  expect(well.length).toBeLessThanOrEqual(4);
  expect(well[0]).toMatchObject({ waiting_events: 0, flushed_events: 1, failures: 0 });
  bench.database = () => {
    throw new TypeError("nobody is there");
  };
  const failing = await writeEachMinute(10);
  expect(failing.length).toBeGreaterThanOrEqual(8);
  expect(failing.length).toBeLessThanOrEqual(11);
  expect(failing[0]).toMatchObject({ waiting_events: 1, failures: 1 });
  bench.database = () => {};
  const again = await writeEachMinute(2);
  expect(again).toHaveLength(1);
  expect(again[0]).toMatchObject({ waiting_events: 0, failures: 0 });
});

test("A-TELL-1 it says at once that the database refused an event", async () => {
  const bench = new BufferBench();
  await bench.send(uuidsOf(bench, 1));
  await bench.pass(minute_ms);
  bench.published.splice(0);
  bench.database = () => {
    throw refused("22003");
  };
  await bench.send(uuidsOf(bench, 3));
  await bench.pass(31_000);
  expect(bench.published).toMatchObject([{ dead_events: 3, deadReason: "22003" }]);
});

test("A-TAIL-3 a buffer tells only while it is asked to", async () => {
  const bench = new BufferBench();
  await bench.send(uuidsOf(bench, 3));
  expect(bench.told).toBe(0);
  bench.buffer.listen(bench.now_ms + minute_ms);
  bench.restart();
  await bench.send(uuidsOf(bench, 3));
  expect(bench.told).toBe(3);
  bench.buffer.listen(0);
  await bench.send(uuidsOf(bench, 3));
  expect(bench.told).toBe(3);
});

test("A-TAIL-4 that nobody watches yet ends nothing within a minute of being asked to tell, and later does", async () => {
  const bench = new BufferBench();
  bench.buffer.listen(bench.now_ms + 60 * minute_ms);
  await bench.send(uuidsOf(bench, 1));
  bench.buffer.nobodyWatches();
  bench.restart();
  await bench.send(uuidsOf(bench, 1));
  expect(bench.told).toBe(2);
  bench.now_ms += minute_ms;
  bench.buffer.listen(bench.now_ms + 60 * minute_ms);
  bench.now_ms += minute_ms - 1;
  bench.buffer.nobodyWatches();
  await bench.send(uuidsOf(bench, 1));
  expect(bench.told).toBe(3);
  bench.now_ms += 1;
  bench.buffer.nobodyWatches();
  await bench.send(uuidsOf(bench, 1));
  expect(bench.told).toBe(3);
});

test("A-TAIL-4 a buffer whose disk does not say when it was asked goes on telling, and stops when told to", async () => {
  const bench = new BufferBench();
  bench.buffer.listen(bench.now_ms + 60 * minute_ms);
  bench.onDisk(
    "update fact set value = json_remove(value, '$.listenSince_ms') where name = ?",
    "stats",
  );
  bench.restart();
  await bench.send(uuidsOf(bench, 1));
  expect(bench.told).toBe(1);
  bench.buffer.nobodyWatches();
  await bench.send(uuidsOf(bench, 1));
  expect(bench.told).toBe(1);
});
