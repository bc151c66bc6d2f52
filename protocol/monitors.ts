import { z } from "zod";

/**
 * What the monitors of the services before this one read, in the shapes they know. A `z.null()` is
 * a figure of a long-running process, which there is none of here; `docs/monitors.md` says what
 * each of the others is made of.
 */
const isoTime = z.iso.datetime();
const count = z.number().nonnegative();
/** Such as `41.3%`. */
const percentage = z.string().regex(/^\d+(\.\d)?%$/);

const cacheFiguresSchema = z.object({
  size: z.null(),
  maxSize: z.null(),
  hits: count,
  misses: count,
  /** Null when nothing was read. */
  hitRate: percentage.nullable(),
});

/** Answer of `GET /health`: the Worker runs. Always 200; figures that Redis cannot give are null. */
export const healthSchema = z
  .object({
    status: z.literal("ok"),
    timestamp: isoTime,
    service: z.literal("offrail"),
    version: z.string(),
    server_ms: z.number(),
    metrics: z.object({
      memory: z.object({ usage: z.null(), limit: z.number() }),
      rooms: z.object({
        total: z.null(),
        active: count.nullable(),
        totalParticipants: count.nullable(),
        averageParticipants: count.nullable(),
      }),
      uptime: count,
    }),
    memory: z.object({
      heapUsed: z.null(),
      heapTotal: z.null(),
      rss: z.null(),
      usage: z.null(),
    }),
    checks: z.object({
      redis: z.object({
        status: z.enum(["healthy", "unhealthy"]),
        latency: count.nullable(),
        error: z.string().optional(),
      }),
      /** Whether sockets are open now; null when that is not known. */
      websocket: z.boolean().nullable(),
      /** As it was found at `checkedAt`; null when nobody has asked it lately. */
      database: z
        .object({ status: z.enum(["healthy", "unhealthy"]), checkedAt: isoTime })
        .nullable(),
    }),
    connections: z.object({
      users: z.null(),
      total: count.nullable(),
      avgPerUser: z.null(),
      limit: count.nullable(),
      utilization: percentage.nullable(),
    }),
    /** By cache; `users` and `sessions` under the names that the old monitors know. */
    cache: z.record(z.string(), cacheFiguresSchema).nullable(),
    scalability: z.null(),
  })
  .meta({ id: "Health" });
export type Health = z.infer<typeof healthSchema>;

/** Answer of `GET /stats`. */
export const statsSchema = z
  .object({
    timestamp: isoTime,
    rooms: healthSchema.shape.metrics.shape.rooms,
    websocket: z.object({
      connections: count.nullable(),
      /** Frames from clients, on average over the last hour. */
      messagesPerSecond: count.nullable(),
      averageLatency: z.null(),
    }),
    memory: z.object({ usage: z.null(), limit: z.string() }),
  })
  .meta({ id: "Stats" });
export type Stats = z.infer<typeof statsSchema>;

/** Answer of `GET /api/metrics`. */
export const apiMetricsSchema = z
  .object({
    memory: z.object({
      rss: z.null(),
      heapTotal: z.null(),
      heapUsed: z.null(),
      external: z.null(),
    }),
    /** Such as `12 minutes`: of this isolate. */
    uptime: z.string(),
    dbConnections: z.null(),
    batchWriters: z.object({ events: z.null(), revenue: z.null(), heartbeats: z.null() }),
  })
  .meta({ id: "ApiMetrics" });
export type ApiMetrics = z.infer<typeof apiMetricsSchema>;

/** Answer of `GET /memory`: a process has these figures, an isolate and its rooms have limits. */
export const memorySchema = z
  .object({
    status: z.literal("ok"),
    memory: z.object({
      rss: z.null(),
      heapUsed: z.null(),
      heapTotal: z.null(),
      external: z.null(),
    }),
    timestamp: isoTime,
    isolate: z.object({
      /** What this isolate keeps from one request to the next, by its own account. */
      kept_bytes: count,
      limit_bytes: count,
    }),
    rooms: z.object({
      /** Rooms with somebody in them. */
      open: count.nullable(),
      /** The most that they can hold together, from the limits that their machines declare. */
      held_bytes_max: count.nullable(),
      /** The most that one can hold, by party, and the limit that counts against. */
      each_bytes_max: z.record(z.string(), count),
      limit_bytes: count,
    }),
  })
  .meta({ id: "Memory" });
export type Memory = z.infer<typeof memorySchema>;
