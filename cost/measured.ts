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

const howSchema = z.object({
  /** What was measured: the commit, with `+` behind it when files had been changed since. */
  commit: z.string(),
  versions: z.record(z.string(), z.string()),
  warm_s: quantity,
  /** How often each was measured in turn, and which time this was. */
  rounds: z.number().int().positive(),
  round: z.number().int().positive(),
});
export type How = z.infer<typeof howSchema>;

/** One side of one module under the same load as the other side, for the same time. */
const runSchema = z.object({
  module: measuredModuleSchema,
  side: z.enum(["edge", "container"]),
  /** People at once, all through the run. */
  users: z.number().int().positive(),
  /** For so long people began things. */
  duration_s: z.number().positive(),
  /**
   * For so long processes and units were counted: until all that had begun was over. Runs of before
   * this was noted count as if it were the same.
   */
  sampled_s: z.number().positive().optional(),
  processes: z.array(processSchema),
  /** Payload that people received: bodies and frames, unpacked. */
  bytes_out: quantity,
  /** What went over the wire, packed as it was, with headers and frames. */
  wire_bytes: z.object({ down: quantity, up: quantity }).optional(),
  /** By how much Postgres has grown. Runs of before this was counted do not have it. */
  stored_bytes: quantity.optional(),
  /** What the Worker and its rooms wrote to their log; the container's is on nobody's bill. */
  log_bytes: quantity.optional(),
  latency_ms: percentilesSchema,
  requests: z.object({ sent: z.number().int(), failed: z.number().int() }),
  /**
   * What the meter counted, by unit; the container has none. `redis_commands_meter` is the part of the
   * Redis commands that the meter itself took.
   */
  units: z.record(z.string(), quantity),
  /** The same latencies by what was done, and how often each was answered, and was not. */
  kinds: z
    .record(
      z.string(),
      percentilesSchema.extend({
        answers: z.number().int(),
        failed: z.number().int().optional(),
      }),
    )
    .optional(),
  /** What failed, in few words, and how often. */
  failures: z.record(z.string(), z.number().int()).optional(),
  /** How it was measured: runs of one file may be of different days of work. */
  how: howSchema.optional(),
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

/** Hours of people who act. */
export function userHours({ users, duration_s }: Pick<Run, "users" | "duration_s">): number {
  return (users * duration_s) / 3_600;
}

export function sampledHours({
  sampled_s,
  duration_s,
}: Pick<Run, "sampled_s" | "duration_s">): number {
  return (sampled_s ?? duration_s) / 3_600;
}

/** What left a side, as it went over the wire; of runs that did not count it, what was unpacked. */
export function bytesDown({ wire_bytes, bytes_out }: Pick<Run, "wire_bytes" | "bytes_out">) {
  return wire_bytes?.down ?? bytes_out;
}
