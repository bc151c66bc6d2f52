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

/** Answer of `GET /v1/analytics/metrics`. */
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
