import { z } from "zod";

/** Modules that run on both sides. */
export const measuredModules = ["watch", "match", "analytics"] as const;
export const measuredModuleSchema = z.enum(measuredModules);
export type MeasuredModule = z.infer<typeof measuredModuleSchema>;

/** What to run where something has not been measured yet. */
export const measureCommand = "npm run -s bench -- all";

const quantity = z.number().nonnegative();

/**
 * A process that took part, as the operating system counted it from outside. The gateways stand in
 * for what vendors put before their databases, and are on nobody's bill.
 */
const processSchema = z.object({
  name: z.enum(["worker", "server", "redis", "postgres", "gateways"]),
  cpu_s: quantity,
  rss_bytes_peak: quantity,
  rss_bytes_mean: quantity,
});

const percentilesSchema = z.object({ p50: quantity, p95: quantity, p99: quantity });

/** One side of one module under the same load as the other side, for the same time. */
const runSchema = z.object({
  module: measuredModuleSchema,
  side: z.enum(["edge", "container"]),
  /** People at once, all through the run. */
  users: z.number().int().positive(),
  duration_s: z.number().positive(),
  processes: z.array(processSchema),
  bytes_out: quantity,
  latency_ms: percentilesSchema,
  requests: z.object({ sent: z.number().int(), failed: z.number().int() }),
  /** What the meter counted, by unit; the container has none. */
  units: z.record(z.string(), quantity),
  /** The same latencies by what was done, and how often each was answered. */
  kinds: z.record(z.string(), percentilesSchema.extend({ answers: z.number().int() })).optional(),
  /** What failed, in few words, and how often. */
  failures: z.record(z.string(), z.number().int()).optional(),
});
export type Run = z.infer<typeof runSchema>;

/** A file of `bench/results/`. */
export const measurementSchema = z.object({
  date: z.iso.date(),
  machine: z.object({ cpus: z.number().int(), memory_gb: z.number() }),
  versions: z.record(z.string(), z.string()),
  runs: z.array(runSchema).min(1),
});
export type Measurement = z.infer<typeof measurementSchema>;

export function userHours({ users, duration_s }: Pick<Run, "users" | "duration_s">): number {
  return (users * duration_s) / 3_600;
}
