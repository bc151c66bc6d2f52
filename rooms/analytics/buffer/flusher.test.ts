import { expect, test } from "vitest";
import { BufferBench, benchConfig, uuidsOf } from "../testing/buffer-bench.ts";

const minute_ms = 60_000;

test("A-FLUSH-1 the alarm is for the interval after the oldest, or for now once enough waits; then there is none", async () => {
  const bench = new BufferBench();
  await bench.send(uuidsOf(bench, 1));
  expect(bench.alarmAt_ms).toBe(bench.now_ms + 30_000);
  bench.now_ms += 10_000;
  await bench.send(uuidsOf(bench, 98));
  expect(bench.alarmAt_ms).toBe(bench.now_ms + 20_000);
  await bench.send(uuidsOf(bench, 1));
  expect(bench.alarmAt_ms).toBe(bench.now_ms);
  await bench.pass(0);
  expect(bench.kept).toHaveLength(100);
  expect(bench.alarmAt_ms).toBeNull();
});

test("A-FLUSH-2 a death between the write and its answer writes twice and counts once", async () => {
  const bench = new BufferBench();
  const uuids = uuidsOf(bench, 3);
  await bench.send(uuids);
  bench.database = () => {
    bench.take(uuids);
    throw new TypeError("the line broke");
  };
  await bench.pass(31_000);
  expect(bench.buffer.figures().waiting_events).toBe(3);
  bench.database = () => {};
  bench.restart();
  await bench.pass(minute_ms);
  expect(bench.kept).toEqual(uuids);
  expect(bench.buffer.figures()).toMatchObject({ waiting_events: 0, flushed_events: 3 });
});

test("A-FLUSH-3 half an hour without a database loses nothing, and is caught up with at once", async () => {
  const bench = new BufferBench();
  const sent: string[] = [];
  const input = async () => {
    const uuids = uuidsOf(bench, 50);
    sent.push(...uuids);
    expect((await bench.send(uuids)).type).toBe("accepted");
  };
  bench.database = () => {
    throw new TypeError("nobody is there");
  };
  for (let minute = 0; minute < 30; minute += 1) {
    await input();
    await bench.pass(minute_ms);
  }
  expect(bench.kept).toEqual([]);
  const { failedFlushes, waiting_events, oldest_ms } = bench.buffer.figures();
  expect(waiting_events).toBe(1_500);
  expect(oldest_ms).toBe(30 * minute_ms);
  // Doubling from a second, a minute apart at most: some forty tries and not thousands.
  expect(failedFlushes).toBeGreaterThan(25);
  expect(failedFlushes).toBeLessThan(90);
  bench.database = () => {};
  await bench.pass(minute_ms);
  expect(bench.kept).toEqual(sent);
});

test("A-FLUSH-5 one alarm goes on, slice after slice, until nothing waits", async () => {
  const bench = new BufferBench();
  let writes = 0;
  bench.database = () => {
    writes += 1;
  };
  for (let batch = 0; batch < 30; batch += 1) await bench.send(uuidsOf(bench, 400));
  await bench.pass(0);
  expect(bench.kept).toHaveLength(12_000);
  expect(bench.alarms).toBe(1);
  expect(writes).toBe(3);
});

test("A-FLUSH-5 an alarm whose time is used up leaves the rest to the next", async () => {
  const bench = new BufferBench();
  bench.database = () => {
    bench.now_ms += 15_000;
  };
  for (let batch = 0; batch < 40; batch += 1) await bench.send(uuidsOf(bench, 400));
  await bench.pass(minute_ms);
  expect(bench.alarms).toBe(2);
  expect(bench.kept).toHaveLength(16_000);
});

test("A-FLUSH-6 when the game is gone, so is what waited, and its keys open nothing", async () => {
  const bench = new BufferBench();
  await bench.send(uuidsOf(bench, 2));
  bench.config = null;
  await bench.pass(minute_ms);
  expect(bench.buffer.figures()).toMatchObject({ waiting_events: 0, dead_events: 0 });
  expect(await bench.send(uuidsOf(bench, 1))).toEqual({ type: "refused", reason: "game" });
  expect(bench.alarmAt_ms).toBeNull();
});

test("A-ADMIT-2 a flush that meets a newer revision fetches the configuration", async () => {
  const bench = new BufferBench();
  await bench.send(uuidsOf(bench, 1));
  bench.config = benchConfig({ revision: 5, keys: [] });
  await bench.pass(minute_ms);
  expect(await bench.send(uuidsOf(bench, 1), { revision: 5 })).toEqual({
    type: "refused",
    reason: "key",
  });
});

test("A-FLUSH-5 what comes while it writes waits for its own turn, and is not written batch by batch", async () => {
  const bench = new BufferBench();
  let writes = 0;
  bench.database = async () => {
    writes += 1;
    await bench.send(uuidsOf(bench, 1));
  };
  await bench.send(uuidsOf(bench, 5));
  await bench.pass(30_000);
  expect(writes).toBe(1);
  expect(bench.kept).toHaveLength(5);
  expect(bench.alarmAt_ms).toBe(bench.now_ms + 30_000);
  await bench.pass(30_000);
  expect([writes, bench.alarms]).toEqual([2, 2]);
});

test("A-FLUSH-5 it goes on at once when enough has come while it wrote", async () => {
  const bench = new BufferBench();
  let writes = 0;
  bench.database = async () => {
    writes += 1;
    if (writes === 1) await bench.send(uuidsOf(bench, 100));
  };
  await bench.send(uuidsOf(bench, 5));
  await bench.pass(30_000);
  expect(writes).toBe(2);
  expect(bench.kept).toHaveLength(105);
  expect(bench.alarms).toBe(1);
});
