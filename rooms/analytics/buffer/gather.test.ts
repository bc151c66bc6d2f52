import { expect, test } from "vitest";
import { bufferLimits } from "../admit.ts";
import { gatherFor_ms, gatherLimits } from "../gather.ts";
import { BufferBench, uuidsOf } from "../testing/buffer-bench.ts";

const minute_ms = 60_000;

/** A buffer whose wait for more batches ends when the test says so. */
function gathering(bench: BufferBench) {
  let end: () => void = () => {};
  bench.pause = () =>
    new Promise((resolve) => {
      end = resolve;
    });
  return { end: () => end() };
}

/** Lets all go on that waits for nothing. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("A-ACK-4 batches that come close to each other wait a moment, share one row, and are answered when it is there", async () => {
  const bench = new BufferBench();
  const wait = gathering(bench);
  const [first, ...others] = Array.from({ length: 10 }, () => uuidsOf(bench, 2));
  // The first has no company yet, and waits for nothing.
  await bench.send(first ?? []);
  const rows = bench.rows_written;
  let answered = 0;
  const answers = others.map(async (uuids) => {
    const reply = await bench.send(uuids);
    answered += 1;
    return reply;
  });
  await settled();
  expect(answered).toBe(0);
  expect(bench.rows_written).toBe(rows);
  expect(bench.buffer.figures().waiting_batches).toBe(1);
  wait.end();
  const accepted = { type: "accepted", duplicates: [] };
  expect(await Promise.all(answers)).toEqual(others.map(() => accepted));
  expect(bench.rows_written - rows).toBe(1);
  bench.restart();
  expect(bench.buffer.figures()).toMatchObject({ waiting_batches: 10, accepted_events: 20 });
});

test("A-ACK-4 what dies while batches gather has answered none of them, and keeps none", async () => {
  const bench = new BufferBench();
  gathering(bench);
  const [first, lost] = [uuidsOf(bench, 1), uuidsOf(bench, 2)];
  await bench.send(first);
  let answered = false;
  void bench.send(lost).then(() => {
    answered = true;
  });
  await settled();
  bench.restart();
  expect(answered).toBe(false);
  expect(bench.buffer.figures().waiting_events).toBe(1);
  expect(await bench.send(lost)).toEqual({ type: "accepted", duplicates: [] });
});

test("A-ACK-4 a batch that comes again while it still gathers is not called a duplicate before it is on disk", async () => {
  const bench = new BufferBench();
  const wait = gathering(bench);
  await bench.send(uuidsOf(bench, 1));
  const [uuids, other] = [uuidsOf(bench, 2), uuidsOf(bench, 2)];
  const replies: unknown[] = [];
  const more = [
    bench.send(uuids, { idempotencyKey: "one" }),
    bench.send(uuids),
    bench.send(uuids, { idempotencyKey: "one" }),
    bench.send(other, { idempotencyKey: "one" }),
  ];
  for (const reply of more) void reply.then((said) => replies.push(said));
  await settled();
  expect(replies).toEqual([]);
  wait.end();
  expect(await Promise.all(more)).toEqual([
    { type: "accepted", duplicates: [] },
    { type: "accepted", duplicates: [0, 1] },
    { type: "accepted", duplicates: [] },
    { type: "refused", reason: "idempotency" },
  ]);
  await bench.pass(minute_ms);
  expect(bench.kept.slice(1)).toEqual(uuids);
});

test("A-ADMIT-3 batches that gather are refused as exactly as others above the limit", async () => {
  const size_bytes = JSON.stringify([{ u: new BufferBench().uuid() }]).length;
  const bench = new BufferBench({ ...bufferLimits, kept_bytes_max: 4 * size_bytes });
  await bench.buffer.currentConfig();
  const replies = await Promise.all(Array.from({ length: 7 }, () => bench.send(uuidsOf(bench, 1))));
  expect(replies.map(({ type }) => type)).toEqual([
    ...Array(4).fill("accepted"),
    ...Array(3).fill("refused"),
  ]);
  expect(bench.buffer.figures()).toMatchObject({
    ...{ waiting_batches: 4, waiting_bytes: 4 * size_bytes, refused_batches: 3 },
  });
});

test("A-ACK-1 when the disk refuses what gathered nobody is told that it was kept, and all of it may come again", async () => {
  const bench = new BufferBench();
  const wait = gathering(bench);
  await bench.send(uuidsOf(bench, 1));
  const batches = [uuidsOf(bench, 2), uuidsOf(bench, 3)];
  const sent = batches.map((uuids) => bench.send(uuids));
  const settledAll = Promise.allSettled(sent);
  await settled();
  bench.onDisk("create trigger full before update on batch begin select raise(abort, 'full'); end");
  wait.end();
  expect((await settledAll).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(bench.buffer.figures()).toMatchObject({ waiting_events: 1, accepted_events: 1 });
  bench.onDisk("drop trigger full");
  bench.pause = () => Promise.resolve();
  for (const uuids of batches)
    expect(await bench.send(uuids)).toEqual({ type: "accepted", duplicates: [] });
});

test("a batch waits for others only if it is small, has company, and nobody has waited long enough", () => {
  const { wait_ms, company_ms, batches_max, bytes_max } = gatherLimits;
  const facts = { since_ms: 5, batch_bytes: 1_000, waiting: 3, waited_ms: 5 };
  expect(gatherFor_ms(facts)).toBe(wait_ms);
  expect(gatherFor_ms({ ...facts, since_ms: company_ms + 1 })).toBe(0);
  expect(gatherFor_ms({ ...facts, batch_bytes: bytes_max + 1 })).toBe(0);
  expect(gatherFor_ms({ ...facts, waiting: batches_max - 1 })).toBe(0);
  expect(gatherFor_ms({ ...facts, waited_ms: wait_ms })).toBe(0);
});
