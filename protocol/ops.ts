import { z } from "zod";

/** Answer of `GET /health`: this isolate runs. It says nothing of what stands behind it. */
export const healthSchema = z
  .object({
    status: z.literal("ok"),
    version: z.string(),
    server_ms: z.number(),
  })
  .meta({ id: "Health" });

/** One thing the Worker depends on; `latency_ms` is how long its answer, or its silence, took. */
export const readyCheckSchema = z
  .object({
    status: z.enum(["up", "down"]),
    latency_ms: z.number().nonnegative(),
  })
  .meta({ id: "ReadyCheck" });
export type ReadyCheck = z.infer<typeof readyCheckSchema>;

/** Answer of `GET /ready`, with status 200 when every part is up and 503 when one is down. */
export const readySchema = z
  .object({
    status: z.enum(["ready", "not_ready"]),
    checks: z.object({
      redis: readyCheckSchema,
      postgres: readyCheckSchema,
      room: readyCheckSchema,
    }),
  })
  .meta({ id: "Ready" });
export type Ready = z.infer<typeof readySchema>;
