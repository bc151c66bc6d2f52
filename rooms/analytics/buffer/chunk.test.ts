import { expect, test } from "vitest";
import { forAll, type Random } from "../../../platform/testing/random.ts";
import {
  batchesOf,
  chunkLimits,
  chunkOf,
  daysOf,
  joinedRows,
  type NewBatch,
  pack,
  withoutFirst,
} from "./chunk.ts";

let count = 0;

/** A batch with texts in it that are awkward on a line of their own. */
function someBatch(random: Random, events_max: number): NewBatch {
  const uuids = Array.from({ length: 1 + random.below(events_max) }, () => `uuid-${count++}`);
  const rows = uuids.map((u) => ({ u, o: { text: `${random.text(20)}\n[],"` } }));
  return {
    uuids,
    days: [random.below(20_000)],
    rows: JSON.stringify(rows),
    idempotencyKey: random.below(2) === 0 ? undefined : `key ${count}`,
  };
}

test("batches that share a chunk come out of it as they went in", async () => {
  await forAll(100, (random) => {
    const batches = Array.from({ length: 1 + random.below(8) }, () => someBatch(random, 5));
    const chunk = chunkOf(batches);
    expect(batchesOf(chunk)).toEqual(
      batches.map(({ uuids, idempotencyKey: key }) => ({ uuids, key })),
    );
    expect(JSON.parse(joinedRows([chunk, chunk]))).toEqual(
      [...batches, ...batches].flatMap(({ rows }) => JSON.parse(rows)),
    );
    expect(new Set(daysOf([chunk]))).toEqual(new Set(batches.flatMap(({ days }) => days)));
  });
});

test("events are cut off a chunk from the front, and only a batch that was cut loses its key", async () => {
  await forAll(100, (random) => {
    const batches = Array.from({ length: 1 + random.below(6) }, () => someBatch(random, 5));
    const all = batches.flatMap(({ uuids }) => uuids);
    const gone = 1 + random.below(all.length);
    const left = withoutFirst(chunkOf(batches), gone);
    if (gone === all.length) {
      expect(left).toBeUndefined();
      return;
    }
    if (left === undefined) throw new Error("nothing is left");
    const rows = JSON.parse(joinedRows([left])) as { u: string }[];
    expect(rows.map(({ u }) => u)).toEqual(all.slice(gone));
    expect(left.events).toBe(all.length - gone);
    expect(left.bytes).toBe(left.rows.replaceAll("\n", "").length);
    const whole = batches.filter(({ uuids }) => !uuids.some((uuid) => all.indexOf(uuid) < gone));
    const keys = batchesOf(left).flatMap(({ key }) => key ?? []);
    expect(keys).toEqual(whole.flatMap(({ idempotencyKey }) => idempotencyKey ?? []));
  });
});

test("batches fill the open chunk, then new ones, in their order and within what a chunk may hold", async () => {
  await forAll(100, (random) => {
    const batches = Array.from({ length: 1 + random.below(60) }, () => someBatch(random, 60));
    const open =
      random.below(3) === 0
        ? undefined
        : { events: random.below(chunkLimits.events_max), bytes: random.below(40_000) };
    const packed = pack(open, batches);
    expect(packed.flat()).toEqual(batches);
    for (const [at, chunk] of packed.entries()) {
      if (chunk.length === 0) continue;
      const base = at === 0 ? open : { events: 0, bytes: 0 };
      const { events, bytes } = chunkOf(chunk);
      if (base === undefined) throw new Error("there is no chunk to join");
      if (at > 0 && chunk.length === 1) continue;
      expect(base.events + events).toBeLessThanOrEqual(chunkLimits.events_max);
      expect(base.bytes + bytes).toBeLessThanOrEqual(chunkLimits.bytes_max);
    }
    expect(packed.slice(1).every(({ length }) => length > 0)).toBe(true);
  });
});
