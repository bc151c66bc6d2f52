import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BatchWriter } from "./batch-writer.ts";
import { untilAggregation_ms } from "./services.ts";

/** A writer before a table that can be slow or fail. */
function setup() {
  const batches: number[][] = [];
  const table = { fails: false, gate: Promise.resolve() };
  const warnings: string[] = [];
  const writer = new BatchWriter<number>(
    "Writer",
    async (rows) => {
      await table.gate;
      if (table.fails) throw new Error("no");
      batches.push([...rows]);
    },
    (warning) => warnings.push(warning),
  );
  const enqueue = (count: number) => {
    for (let n = 0; n < count; n += 1) writer.enqueue(n);
  };
  return { batches, table, warnings, writer, enqueue };
}

describe("a batch writer", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("writes a few after five seconds, and not before", async () => {
    const { batches, enqueue } = setup();
    enqueue(3);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[0, 1, 2]]);
  });

  test("writes a hundred at once", async () => {
    const { batches, enqueue } = setup();
    enqueue(250);
    await vi.advanceTimersByTimeAsync(0);
    expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  test("holds a thousand, and drops what comes beyond", async () => {
    const { table, writer, warnings, enqueue } = setup();
    let open = () => {};
    table.gate = new Promise((resolve) => {
      open = resolve;
    });
    enqueue(1_200);
    expect(writer.getMetrics()).toMatchObject({ bufferSize: 1_000, totalDropped: 200 });
    expect(warnings).toHaveLength(1);
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect(writer.getMetrics()).toMatchObject({ bufferSize: 0, totalFlushed: 1_000, batches: 10 });
  });

  test("tries a batch that failed again, in its place", async () => {
    const { batches, table, writer, enqueue } = setup();
    table.fails = true;
    enqueue(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(writer.getMetrics()).toMatchObject({ bufferSize: 2, failures: 1 });
    table.fails = false;
    writer.enqueue(9);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(batches).toEqual([[0, 1, 9]]);
  });

  test("writes what waits when it shuts down, and takes nothing after", async () => {
    const { batches, writer, enqueue } = setup();
    enqueue(2);
    await writer.shutdown();
    writer.enqueue(3);
    expect(batches).toEqual([[0, 1]]);
    expect(writer.getMetrics()).toMatchObject({ totalDropped: 1, bufferSize: 0 });
  });
});

test.each([
  ["2026-11-21T00:00:00Z", 2],
  ["2026-11-21T02:00:00Z", 24],
  ["2026-11-21T23:30:00Z", 2.5],
])("from %s it is %d hours until the levels are counted", (from, hours) => {
  expect(untilAggregation_ms(Date.parse(from))).toBe(hours * 3_600_000);
});
