import { expect, test } from "vitest";
import type { BufferReport } from "../../platform/reports/buffer-reports.ts";
import {
  bufferOverviewSchema,
  overviewBuffers_max,
} from "../../protocol/analytics/buffer-metrics.ts";
import { bufferOverviewOf } from "./buffer-overview.ts";

const now_ms = Date.UTC(2026, 10, 21, 12);

const reportOf = (shard: number, more: Partial<BufferReport> = {}): BufferReport => ({
  ...{ gameId: "game000000000000", env: "live", shard, at_ms: now_ms - 60_000, failures: 0 },
  ...{ waiting_batches: 0, waiting_events: 0, waiting_bytes: 0, oldest_ms: 0 },
  ...{ dead_events: 0, dead_bytes: 0, deadReason: null },
  ...{ accepted_events: 10, flushed_events: 10, flushes: 1, failedFlushes: 0 },
  ...{ flushes_ms: [20], lastFlushAt_ms: now_ms - 60_000, refused_batches: 0, drops: {} },
  ...more,
});

test("all buffers are added up, and what waits has waited until now", () => {
  const stuck = { waiting_events: 7, waiting_bytes: 700, oldest_ms: 5_000, failures: 3 };
  const overview = bufferOverviewOf(
    [
      reportOf(0, { drops: { invalid: 2 }, flushes_ms: [10, 30] }),
      reportOf(1, { ...stuck, drops: { invalid: 1, schema: 4 }, lastFlushAt_ms: now_ms - 1 }),
      reportOf(2, { dead_events: 1, accepted_events: 11, lastFlushAt_ms: null, flushes_ms: [] }),
    ],
    now_ms,
  );
  expect(bufferOverviewSchema.parse(overview)).toEqual(overview);
  expect(overview).toMatchObject({
    ...{ gameId: null, buffers_reported: 3, buffers_waiting: 1, buffers_failing: 1 },
    ...{ waiting_events: 7, waiting_bytes: 700, oldest_ms: 65_000, dead_events: 1 },
    ...{ drops: { invalid: 3, schema: 4 }, flush_p50_ms: 20, flush_p95_ms: 30 },
  });
  expect(overview.batchWriters.events).toEqual({
    ...{ bufferSize: 7, totalProcessed: 31, totalFlushed: 30, totalDropped: 1 },
    ...{ lastFlushAt: new Date(now_ms - 1).toISOString(), lastFlush_ms: 20 },
  });
});

test("those in trouble stand first, and no more are shown than fit", () => {
  const many = Array.from({ length: 200 }, (_, shard) => reportOf(shard % 16));
  const { buffers, buffers_reported } = bufferOverviewOf(
    [...many, reportOf(3, { dead_events: 9 }), reportOf(4, { failures: 1 })],
    now_ms,
  );
  expect(buffers_reported).toBe(202);
  expect(buffers).toHaveLength(overviewBuffers_max);
  expect(buffers.slice(0, 2).map(({ shard }) => shard)).toEqual([4, 3]);
});

test("of no buffers there is nothing to say", () => {
  expect(bufferOverviewOf([], now_ms)).toMatchObject({
    ...{ buffers_reported: 0, oldest_ms: 0, flush_p95_ms: null, buffers: [] },
  });
});
