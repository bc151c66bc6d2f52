import type { BufferReport } from "../../platform/reports/buffer-reports.ts";
import {
  type BufferOverview,
  overviewBuffers_max,
} from "../../protocol/analytics/buffer-metrics.ts";

/**
 * All buffers together, from what each said of itself when it last wrote. What came to one since
 * then is not in it, which is what waits for its next write.
 */
export function bufferOverviewOf(reports: readonly BufferReport[], now_ms: number): BufferOverview {
  const sum = (of: (report: BufferReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const waiting = reports.filter(({ waiting_events }) => waiting_events > 0);
  // What waited then waits still, unless the buffer has said otherwise.
  const oldestOf = ({ oldest_ms, at_ms }: BufferReport) => oldest_ms + Math.max(0, now_ms - at_ms);
  const drops: Record<string, number> = {};
  for (const report of reports)
    for (const [reason, amount] of Object.entries(report.drops))
      drops[reason] = (drops[reason] ?? 0) + amount;
  const flushes_ms = reports.flatMap((report) => report.flushes_ms).sort((a, b) => a - b);
  const last = reports.reduce<BufferReport | undefined>(
    (latest, report) =>
      (report.lastFlushAt_ms ?? 0) > (latest?.lastFlushAt_ms ?? 0) ? report : latest,
    undefined,
  );
  const shown = [...reports].sort(
    (a, b) =>
      b.failures - a.failures ||
      b.dead_events - a.dead_events ||
      b.waiting_events - a.waiting_events ||
      b.at_ms - a.at_ms,
  );
  return {
    gameId: null,
    buffers_reported: reports.length,
    buffers_waiting: waiting.length,
    buffers_failing: reports.filter(({ failures }) => failures > 0).length,
    waiting_events: sum(({ waiting_events }) => waiting_events),
    waiting_bytes: sum(({ waiting_bytes }) => waiting_bytes),
    oldest_ms: Math.max(0, ...waiting.map(oldestOf)),
    dead_events: sum(({ dead_events }) => dead_events),
    refused_batches: sum(({ refused_batches }) => refused_batches),
    drops,
    flush_p50_ms: quantile(flushes_ms, 0.5),
    flush_p95_ms: quantile(flushes_ms, 0.95),
    batchWriters: {
      events: {
        bufferSize: sum(({ waiting_events }) => waiting_events),
        totalProcessed: sum(({ accepted_events }) => accepted_events),
        totalFlushed: sum(({ flushed_events }) => flushed_events),
        totalDropped: sum(({ dead_events }) => dead_events),
        lastFlushAt: last?.lastFlushAt_ms ? new Date(last.lastFlushAt_ms).toISOString() : null,
        lastFlush_ms: last?.flushes_ms.at(-1) ?? null,
      },
    },
    buffers: shown.slice(0, overviewBuffers_max).map(({ at_ms, ...report }) => ({
      ...report,
      reportedAt: new Date(at_ms).toISOString(),
    })),
  };
}

/** Of sorted amounts, by nearest rank; null of none. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
