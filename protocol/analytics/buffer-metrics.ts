import { z } from "zod";
import { bufferFiguresSchema } from "./buffer.ts";

const count = z.number().int().nonnegative();

/** One writer, in the shape that monitors of the old service know. */
const writerSchema = z.object({
  bufferSize: count,
  totalProcessed: count,
  totalFlushed: count,
  /** Of what was acknowledged; anything but 0 is an error. */
  totalDropped: count,
  lastFlushAt: z.iso.datetime().nullable(),
  lastFlush_ms: count.nullable(),
});

/** Answer of `GET /v1/analytics/metrics?gameId=...`: a game's buffers, as they are now. */
export const bufferMetricsSchema = z
  .object({
    gameId: z.string(),
    waiting_events: count,
    waiting_bytes: count,
    oldest_ms: count,
    dead_events: count,
    /** Events that were answered `drop`, by reason. */
    drops: z.record(z.string(), count),
    batchWriters: z.object({ events: writerSchema }),
    buffers: z.array(bufferFiguresSchema),
  })
  .meta({ id: "AnalyticsBufferMetrics" });
export type BufferMetrics = z.infer<typeof bufferMetricsSchema>;

/** Buffers that the overview shows one by one: those in trouble first. */
export const overviewBuffers_max = 100;

/**
 * Answer of `GET /v1/analytics/metrics` for operators: all buffers together, as each said of itself
 * when it last wrote.
 */
export const bufferOverviewSchema = z
  .object({
    gameId: z.null(),
    buffers_reported: count,
    buffers_waiting: count,
    /** Buffers that cannot reach the database. */
    buffers_failing: count,
    waiting_events: count,
    waiting_bytes: count,
    /** How long the oldest of what waits has waited by now. */
    oldest_ms: count,
    dead_events: count,
    refused_batches: count,
    drops: z.record(z.string(), count),
    /** Of the last flushes of every buffer, twenty of each at most. */
    flush_p50_ms: count.nullable(),
    flush_p95_ms: count.nullable(),
    batchWriters: z.object({ events: writerSchema }),
    buffers: z
      .array(
        bufferFiguresSchema.extend({
          gameId: z.string(),
          reportedAt: z.iso.datetime(),
          failures: count,
        }),
      )
      .max(overviewBuffers_max),
  })
  .meta({ id: "AnalyticsBufferOverview" });
export type BufferOverview = z.infer<typeof bufferOverviewSchema>;
