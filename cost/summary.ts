import { z } from "zod";
import {
  type Measurement,
  measuredModuleSchema,
  measuredModules,
  type Run,
  sampledHours,
} from "./measured.ts";
import { containerUnits, edgeUnits } from "./units.ts";

const quantity = z.number().nonnegative();
const line = z.object({ at: quantity, by: quantity });

/** What a measurement says of one module, as far as a bill needs it. */
const moduleSummarySchema = z.object({
  edge: z.object({
    perHour: z.record(z.string(), line),
    cpu_ms: line,
    postgresCpu_ms: line,
    stored_bytes: line,
    log_bytes: line,
  }),
  container: z.object({
    services: z.array(z.object({ name: z.string(), memory_bytes: line, cpu: line })),
    bytes_outPerUserHour: quantity,
    stored_bytes: line,
  }),
});

/** One run, for those who want to know what the figures rest on. */
const runSummarySchema = z.object({
  module: measuredModuleSchema,
  side: z.enum(["edge", "container"]),
  users: z.number().int().positive(),
  duration_s: z.number().positive(),
  /** What was measured; runs of before this was noted do not say it. */
  commit: z.string().optional(),
  /** All its processes together. */
  memory_bytes: quantity,
  cpu: quantity,
  p95_ms: quantity,
  failed: z.number().int(),
});

/** A measurement, cut down to what a bill and its readers need. */
export const summarySchema = z.object({
  date: z.iso.date(),
  machine: z.object({ cpus: z.number().int(), memory_gb: z.number() }),
  versions: z.record(z.string(), z.string()),
  /** Modules that were measured on both sides; the others are not there. */
  modules: z.partialRecord(measuredModuleSchema, moduleSummarySchema),
  runs: z.array(runSummarySchema),
});
export type Summary = z.infer<typeof summarySchema>;
export type RunSummary = z.infer<typeof runSummarySchema>;

/** Cuts a measurement down. A module without runs of both sides is left out. */
export function summaryOf(measurement: Measurement): Summary {
  const { date, machine, versions, runs } = measurement;
  const has = (module: string, side: string) =>
    runs.some((run) => run.module === module && run.side === side);
  const both = measuredModules.filter((module) => has(module, "edge") && has(module, "container"));
  return {
    date,
    machine,
    versions,
    modules: Object.fromEntries(
      both.map((module) => [
        module,
        { edge: edgeUnits(measurement, module), container: containerUnits(measurement, module) },
      ]),
    ),
    runs: runs.map(runSummary),
  };
}

function runSummary(run: Run): RunSummary {
  const { module, side, users, duration_s, how, processes, latency_ms, requests } = run;
  return {
    module,
    side,
    users,
    duration_s,
    ...(how === undefined ? {} : { commit: how.commit }),
    memory_bytes: processes.reduce((sum, { rss_bytes_mean }) => sum + rss_bytes_mean, 0),
    cpu: processes.reduce((sum, { cpu_s }) => sum + cpu_s, 0) / (sampledHours(run) * 3_600),
    p95_ms: latency_ms.p95,
    failed: requests.failed,
  };
}

/** How far beyond what was measured a straight line is still believed without a word. */
const trusted = 2;

/**
 * The most people a bill of these modules may be believed for without saying that it is extrapolated:
 * twice as many as the module that was measured with the fewest was measured with.
 */
export function trustedUsers_max({ runs }: Summary, modules: readonly string[]): number {
  const most = modules.map((module) =>
    Math.max(0, ...runs.filter((run) => run.module === module).map(({ users }) => users)),
  );
  return trusted * Math.min(...most);
}
