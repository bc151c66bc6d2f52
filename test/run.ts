import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { findChromium } from "./browser/chromium.ts";
import { type Counts, failureLine, readReport, secondTry } from "./report.ts";

/**
 * `npm test`: every check and every suite, one after another, all of them even when one fails, and
 * the totals at the end. Arguments choose some by name: `npm test -- unit browser`.
 *
 * What failed of a suite is tried once more, alone: real browsers and databases on a busy machine do
 * stumble. What passes then is counted and named as flaky, so that nobody takes it for sound; a
 * failure that names its seed, and more than a handful of failures, are not tried again.
 */

interface Step {
  readonly name: string;
  /** The npm script that does it. */
  readonly script: string;
  /** A suite counts its tests; a check counts as one. */
  readonly suite: boolean;
  /** Throws an error that says what this machine lacks for the step. */
  readonly needs?: () => unknown;
}

interface Outcome {
  readonly step: Step;
  readonly passed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** What did not pass, a line for each. */
  readonly failures: readonly string[];
  /** What passed at the second try only. */
  readonly flaky: readonly string[];
}

const check = (name: string, script = name): Step => ({ name, script, suite: false });
const suite = (name: string, needs: () => unknown = () => {}): Step => ({
  name,
  script: `test:${name}`,
  suite: true,
  needs,
});

const steps: readonly Step[] = [
  check("format", "check:format"),
  check("lint"),
  check("types"),
  check("knip"),
  suite("unit"),
  suite("contract"),
  suite("fault"),
  suite("sim"),
  suite("workerd"),
  suite("conformance"),
  suite("stack"),
  suite("browser", findChromium),
];

const root = resolve(import.meta.dirname, "..");
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `No step is called ${unknown.join(", ")}. Steps: ${steps.map((s) => s.name).join(", ")}.`,
  );
  process.exit(1);
}

const reports = await mkdtemp(join(tmpdir(), "offrail-test-"));
const outcomes: Outcome[] = [];
for (const step of steps)
  if (wanted.length === 0 || wanted.includes(step.name)) outcomes.push(await run(step));
await rm(reports, { recursive: true, force: true });

console.log("\nstep          passed  failed  flaky  skipped  seconds");
for (const { step, passed, failures, flaky, skipped, seconds } of outcomes)
  console.log(
    `${step.name.padEnd(12)}${cell(passed, 8)}${cell(failures.length, 8)}${cell(flaky.length, 7)}${cell(skipped, 9)}${cell(seconds.toFixed(1), 9)}`,
  );
for (const { step, flaky, failures } of outcomes) {
  for (const line of flaky) console.log(`FLAKY   ${step.name}: ${line}`);
  for (const line of failures) console.log(`FAILED  ${step.name}: ${line}`);
}
const total = (count: (outcome: Outcome) => number) =>
  outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
const failed = total(({ failures }) => failures.length);
console.log(
  `\n${total(({ passed }) => passed)} passed, ${failed} failed, ${total(({ skipped }) => skipped)} skipped`,
);
process.exitCode = failed === 0 ? 0 : 1;

async function run(step: Step): Promise<Outcome> {
  console.log(`\n== ${step.name}`);
  const lack = lackOf(step);
  if (lack !== undefined) return notRun(step, lack);
  const began_ms = performance.now();
  const outcome = step.suite ? await runSuite(step) : await runCheck(step);
  return { step, ...outcome, seconds: (performance.now() - began_ms) / 1000 };
}

type Result = Omit<Outcome, "step" | "seconds">;

async function runCheck({ name, script }: Step): Promise<Result> {
  const ok = (await npm(script, [])) === 0;
  return { passed: ok ? 1 : 0, skipped: 0, failures: ok ? [] : [name], flaky: [] };
}

async function runSuite(step: Step): Promise<Result> {
  const first = await vitest(step, []);
  if (first.ok) return { ...first, failures: [], flaky: [] };
  const lines = first.failures.map(failureLine);
  const again = secondTry(first.failures);
  if (again !== undefined) {
    console.log(`\n== ${step.name}, once more:\n${lines.join("\n")}`);
    const second = await vitest(step, again);
    if (second.ok && second.passed >= lines.length)
      return {
        ...first,
        passed: first.passed + lines.length,
        failures: [],
        flaky: lines,
      };
  }
  // A suite that died, or that ran no test, is a failure whatever it counted.
  return { ...first, failures: lines.length === 0 ? [step.name] : lines, flaky: [] };
}

async function vitest(step: Step, args: readonly string[]): Promise<Counts & { ok: boolean }> {
  const report = join(reports, `${step.name}-${args.length}.json`);
  const flags = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await npm(step.script, ["--", ...flags, ...args]);
  const counts = await readReport(report, root);
  return { ...counts, ok: code === 0 && counts.passed > 0 };
}

async function npm(script: string, args: readonly string[]): Promise<number | null> {
  const child = spawn("npm", ["run", "-s", script, ...args], { cwd: root, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

/** In CI what a machine lacks is a failure, elsewhere the step counts as skipped. */
function notRun(step: Step, lack: string): Outcome {
  console.log(`NOT RUN: ${lack}`);
  const failures = process.env.CI ? [lack] : [];
  return { step, passed: 0, skipped: 1 - failures.length, seconds: 0, failures, flaky: [] };
}

/** What the machine lacks for a step. */
function lackOf(step: Step): string | undefined {
  try {
    step.needs?.();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function cell(value: number | string, width: number): string {
  return String(value).padStart(width);
}
