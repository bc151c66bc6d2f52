import { expect, test } from "vitest";
import { forAll } from "../../../platform/testing/random.ts";
import { BufferBench, uuidsOf } from "../testing/buffer-bench.ts";
import { chunkLimits } from "./chunk.ts";

const minute_ms = 60_000;

test("A-ROWS-1 a batch is one row written, and what a flush writes besides is some few rows for all of them", async () => {
  const bench = new BufferBench();
  // The configuration is written down once, with the first batch.
  await bench.send(uuidsOf(bench, 1));
  await bench.pass(minute_ms);
  const [rows, alarms] = [bench.rows_written, bench.alarmsSet];
  for (let batch = 0; batch < 30; batch += 1) {
    await bench.send(uuidsOf(bench, 2));
    await bench.pass(1_000);
  }
  await bench.pass(minute_ms);
  expect(bench.kept).toHaveLength(61);
  // Each batch, the deletion of them all, what was counted; and the alarm.
  expect(bench.rows_written - rows).toBeLessThanOrEqual(30 + 3);
  expect(bench.alarmsSet - alarms).toBe(1);
});

test("A-ROWS-1 a chunk ends at its limits, and after a wake batches go on joining the last one", async () => {
  const bench = new BufferBench();
  const sent: string[] = [];
  bench.database = () => {
    throw new TypeError("nobody is there");
  };
  for (let batch = 0; batch < 60; batch += 1) {
    const uuids = uuidsOf(bench, 20);
    sent.push(...uuids);
    await bench.send(uuids);
    if (batch % 7 === 0) bench.restart();
  }
  const before = bench.rows_written;
  let slices = 0;
  bench.database = () => {
    slices += 1;
  };
  await bench.pass(minute_ms);
  expect(bench.kept).toEqual(sent);
  expect(slices).toBe(1);
  // Each of the rows that the batches shared is deleted once.
  const chunks = Math.ceil(sent.length / chunkLimits.events_max);
  expect(bench.rows_written - before).toBeLessThanOrEqual(chunks + 3);
});

test("A-ROWS-1 rows of before batches shared them are taken along as they are, and joined", async () => {
  const bench = new BufferBench();
  const old = [uuidsOf(bench, 2), uuidsOf(bench, 3)] as const;
  for (const [at, uuids] of old.entries()) {
    const rows = JSON.stringify(uuids.map((u) => ({ u })));
    bench.onDisk(
      `insert into batch (events, bytes, at_ms, days, idempotency_key, uuids, rows)
        values (?, ?, ?, '[20778]', ?, ?, ?)`,
      ...[uuids.length, rows.length, bench.now_ms],
      ...[at === 0 ? "batch-1" : null, uuids.join(" "), rows],
    );
  }
  bench.restart();
  expect(bench.buffer.figures()).toMatchObject({ waiting_batches: 2, waiting_events: 5 });
  const joining = uuidsOf(bench, 1);
  await bench.send(joining, { idempotencyKey: "batch-2" });
  bench.restart();
  expect(bench.buffer.figures()).toMatchObject({ waiting_batches: 3, waiting_events: 6 });
  const same = { type: "accepted", duplicates: [] };
  expect(await bench.send(old[0], { idempotencyKey: "batch-1" })).toEqual(same);
  expect(await bench.send(joining, { idempotencyKey: "batch-2" })).toEqual(same);
  expect(await bench.send(old[1])).toEqual({ type: "accepted", duplicates: [0, 1, 2] });
  await bench.pass(minute_ms);
  expect(bench.kept).toEqual([...old.flat(), ...joining]);
  expect(bench.buffer.figures()).toMatchObject({ waiting_batches: 0, accepted_events: 6 });
});

test("A-FLUSH-2 a batch that comes while another is being written is not deleted with it, whatever dies", async () => {
  await forAll(60, async (random) => {
    const bench = new BufferBench();
    const sent: string[] = [];
    const batch = async () => {
      const uuids = uuidsOf(bench, 1 + random.below(40));
      if ((await bench.send(uuids)).type === "accepted") sent.push(...uuids);
    };
    bench.database = async (uuids) => {
      for (let more = random.below(3); more > 0; more -= 1) await batch();
      if (random.below(4) > 0) return;
      // Written, and nobody hears of it; or not even that.
      if (random.below(2) === 0) bench.take(uuids);
      throw new TypeError("the line broke");
    };
    for (let step = 0; step < 25; step += 1) {
      await batch();
      await bench.pass(random.below(minute_ms));
      if (random.below(4) === 0) bench.restart();
      const { accepted_events, waiting_events, flushed_events } = bench.buffer.figures();
      expect(accepted_events).toBe(sent.length);
      expect(waiting_events + flushed_events).toBe(sent.length);
    }
    bench.database = () => {};
    await bench.pass(10 * minute_ms);
    expect([...bench.kept].sort()).toEqual([...sent].sort());
    expect(bench.buffer.figures()).toMatchObject({
      ...{ waiting_batches: 0, waiting_events: 0, waiting_bytes: 0 },
      ...{ accepted_events: sent.length, flushed_events: sent.length },
    });
  });
});
