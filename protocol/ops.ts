import { z } from "zod";

/** How one thing the Worker depends on did; `latency_ms` is how long its answer, or its silence, took. */
export const readyCheckSchema = z
  .object({
    status: z.enum(["up", "down"]),
    latency_ms: z.number().nonnegative(),
    /** When it was last asked, ISO 8601. A Postgres that nobody uses is not woken to be asked. */
    checkedAt: z.iso.datetime(),
  })
  .meta({ id: "ReadyCheck" });
export type ReadyCheck = z.infer<typeof readyCheckSchema>;

/** How the background jobs stand, as the database said when it was last asked. */
export const jobFiguresSchema = z.object({
  queued: z.number().int().nonnegative(),
  running: z.number().int().nonnegative(),
  /** Given up, for a person to look at. */
  dead: z.number().int().nonnegative(),
  /** How long the oldest job that is due waits for a worker; 0 when none does. */
  oldestDue_ms: z.number().nonnegative(),
});
export type JobFigures = z.infer<typeof jobFiguresSchema>;

/** Answer of `GET /ready`, with status 200 when every part is up and 503 when one is down. */
export const readySchema = z
  .object({
    status: z.enum(["ready", "not_ready"]),
    /** When this was found out, ISO 8601. */
    checkedAt: z.iso.datetime(),
    /** Whether it was found out for an earlier question, less than five minutes ago. */
    fromCache: z.boolean(),
    checks: z.object({
      redis: readyCheckSchema,
      postgres: readyCheckSchema,
      room: readyCheckSchema,
    }),
    queries: z.object({
      /** Round trips to Postgres in this hour and the one before; null when Redis cannot say. */
      roundTrips: z.number().int().nonnegative().nullable(),
      /** The part of them, from 0 to 1, that took 200 ms or longer; null when there were none. */
      slowShare: z.number().min(0).max(1).nullable(),
    }),
    /** Null when the database could not say. */
    jobs: jobFiguresSchema.nullable(),
    versions: z.object({ worker: z.string() }),
  })
  .meta({ id: "Ready" });
export type Ready = z.infer<typeof readySchema>;
