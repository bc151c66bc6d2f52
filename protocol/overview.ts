import { z } from "zod";
import { readySchema } from "./ops.ts";

const count = z.number().nonnegative();
const share = z.number().min(0).max(1);

/** Answers and how long they took. Percentiles are estimated from buckets; null without answers. */
const trafficSchema = z.object({
  requests: count,
  /** Answers with a status from 500 on: what failed on this side. */
  errors: count,
  /** Answers with a status of 400 to 499. */
  refused: count,
  p50_ms: count.nullable(),
  p95_ms: count.nullable(),
  p99_ms: count.nullable(),
});
export type Traffic = z.infer<typeof trafficSchema>;

/** One hour of the meter: charts are made of these. */
const hourSchema = z.object({
  /** In UTC, such as `2026-11-21T14`. */
  hour: z.string(),
  start_ms: z.number(),
  traffic: trafficSchema,
  /** Share of cache reads that found something; null when nothing was read. */
  cacheHitRate: share.nullable(),
  /** Amounts by unit, and under each by module; what was not counted is left out. */
  units: z.record(z.string(), z.record(z.string(), count)),
});
export type OverviewHour = z.infer<typeof hourSchema>;

export const overviewHours_max = 192;
export const overviewRoutes_max = 40;

/** Answer of `GET /v1/ops/overview`: how the house does, for those who run it. */
export const overviewSchema = z
  .object({
    server_ms: z.number(),
    health: readySchema,
    /** False when Redis did not answer: then nothing but `health` and `isolate` says anything. */
    metered: z.boolean(),
    /** How long the figures that are not by the hour reach back: the running hour and the one before. */
    window_s: count,
    traffic: trafficSchema,
    /** The busiest routes, by method and pattern. */
    routes: z.array(trafficSchema.extend({ route: z.string() })).max(overviewRoutes_max),
    caches: z.array(z.object({ name: z.string(), reads: count, hitRate: share.nullable() })),
    rooms: z.array(
      z.object({
        party: z.string(),
        /** Rooms with somebody in them, as far as they have said. */
        open: count,
        /** How many were in memory at once, on average over the window; null when not known. */
        awakeAverage: count.nullable(),
        sockets: count,
        /** Sockets that the open rooms can take; null when their limits are not known. */
        sockets_max: count.nullable(),
        /** The most bytes that one room can hold; null when its limits are not known. */
        bytes_max: count.nullable(),
      }),
    ),
    isolate: z.object({
      kept_bytes: count,
      limit_bytes: count,
      uptime_s: count,
    }),
    /** Oldest first; the last is the running hour. */
    series: z.array(hourSchema).max(overviewHours_max),
  })
  .meta({ id: "Overview" });
export type Overview = z.infer<typeof overviewSchema>;
