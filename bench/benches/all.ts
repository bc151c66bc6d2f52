import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { type Measurement, measurementSchema, type Run } from "../../cost/measured.ts";
import { drivers } from "../load/drivers.ts";
import { measure } from "../load/measure.ts";
import { planOf, visitsOf } from "../load/plan.ts";
import { Progress } from "../load/progress.ts";
import { chartsOf } from "../load/results/charts.ts";
import { figuresOf } from "../load/results/figures.ts";
import { mergeRuns } from "../load/results/merge.ts";
import { reportOf } from "../load/results/report.ts";
import { warningsOf } from "../load/results/warnings.ts";
import { startContainer } from "../load/sides/container.ts";
import { startEdge } from "../load/sides/edge.ts";
import type { BenchResult } from "../run.ts";
import { commitNow } from "../versions.ts";

const results = join(import.meta.dirname, "..", "results");
const start = { edge: startEdge, container: startContainer };
const seed = 20_261_129;

/**
 * The old design beside ours: the same people on either side, by module and by how many there are.
 * What was measured on this date before, of other modules or other numbers of people, stays.
 */
export async function bench(args: readonly string[]): Promise<BenchResult> {
  const plan = planOf(args);
  const visits = visitsOf(plan);
  const progress = new Progress(visits.length);
  const runs: Run[] = [];
  let versions: Readonly<Record<string, string>> = {};
  let kept: BenchResult = {};
  const commit = await commitNow();
  // Of the moment it began: a run over midnight is one run all the same.
  const date = new Date().toISOString().slice(0, 10);
  for (const { module, users, side: name, round } of visits) {
    const say = (what: string) => progress.say(`${module}, ${users} people, ${name}: ${what}`);
    say("starting");
    const side = await start[name]();
    try {
      versions = { ...versions, ...side.versions };
      const times = { warm_s: plan.warm, duration_s: plan.seconds };
      const how = { commit, rounds: plan.rounds, round };
      const options = { users, ...times, seed, how, step: say };
      const run = await measure(side, drivers[module], options);
      runs.push(run);
      for (const warning of warningsOf(run)) say(`WARNING: ${warning}`);
      say(`p95 ${run.latency_ms.p95} ms, ${run.requests.failed} of ${run.requests.sent} failed`);
    } finally {
      await side.stop();
    }
    // After each visit, so that one that fails takes nothing of the others with it.
    kept = await keep(plan.folder ?? results, date, runs, versions);
    progress.next();
  }
  return kept;
}

/** Writes results, report and charts. */
async function keep(
  folder: string,
  date: string,
  runs: readonly Run[],
  versions: Readonly<Record<string, string>>,
): Promise<BenchResult> {
  const machine = { cpus: cpus().length, memory_gb: Math.round(totalmem() / 2 ** 30) };
  const path = (name: string) => join(folder, `${date}${name}`);
  await mkdir(folder, { recursive: true });
  const before = await measuredBefore(path(".json"));
  const merged = mergeRuns(before, { date, machine, versions: { ...versions } }, runs);
  const measurement = measurementSchema.parse(merged);
  await writeFile(path(".json"), `${JSON.stringify(measurement, null, 2)}\n`);
  const charts = chartsOf(figuresOf(measurement.runs));
  for (const [name, svg] of Object.entries(charts)) await writeFile(path(`-${name}.svg`), svg);
  const behaviours = {
    watch: drivers.watch.behaviour,
    match: drivers.match.behaviour,
    analytics: drivers.analytics.behaviour,
  };
  await writeFile(path(".md"), reportOf(measurement, behaviours, Object.keys(charts)));
  return {
    runs: runs.length,
    failed: runs.reduce((sum, { requests }) => sum + requests.failed, 0),
    results: relative(process.cwd(), path(".json")),
  };
}

/** @throws Error when there is a file that nobody can read: it is not to be lost */
async function measuredBefore(path: string): Promise<Measurement | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : measurementSchema.parse(JSON.parse(text));
}
