import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { findChromium } from "./browser/chromium.ts";

/**
 * `npm test`: every check and every suite, one after another, all of them even when one fails, and
 * the totals at the end. Arguments choose some by name: `npm test -- unit browser`.
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
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
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

console.log("\nstep          passed  failed  skipped  seconds");
for (const { step, passed, failed, skipped, seconds } of outcomes)
  console.log(
    `${step.name.padEnd(12)}${cell(passed, 8)}${cell(failed, 8)}${cell(skipped, 9)}${cell(seconds.toFixed(1), 9)}`,
  );
const total = (key: "passed" | "failed" | "skipped") =>
  outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
console.log(`\n${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
process.exitCode = total("failed") === 0 ? 0 : 1;

async function run(step: Step): Promise<Outcome> {
  console.log(`\n== ${step.name}`);
  const lack = lackOf(step);
  if (lack !== undefined) {
    console.log(`NOT RUN: ${lack}`);
    return {
      step,
      passed: 0,
      failed: process.env.CI ? 1 : 0,
      skipped: process.env.CI ? 0 : 1,
      seconds: 0,
    };
  }
  const report = join(reports, `${step.name}.json`);
  const flags = step.suite
    ? ["--", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
    : [];
  const began_ms = performance.now();
  const child = spawn("npm", ["run", "-s", step.script, ...flags], { cwd: root, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  const seconds = (performance.now() - began_ms) / 1000;
  const counts = step.suite ? await countsOf(report) : { passed: 0, failed: 0, skipped: 0 };
  const ok = code === 0;
  // A suite that died, or that ran no test, is a failure whatever it counted.
  if (!ok || (step.suite && counts.passed === 0))
    return { step, ...counts, failed: Math.max(1, counts.failed), seconds };
  return { step, ...counts, passed: step.suite ? counts.passed : 1, seconds };
}

/** What the machine lacks for a step. In CI that is a failure, elsewhere the step counts as skipped. */
function lackOf(step: Step): string | undefined {
  try {
    step.needs?.();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function countsOf(report: string) {
  const text = await readFile(report, "utf8").catch(() => "{}");
  const json = JSON.parse(text) as Record<string, number | undefined>;
  return {
    passed: json.numPassedTests ?? 0,
    failed: json.numFailedTests ?? 0,
    skipped: (json.numPendingTests ?? 0) + (json.numTodoTests ?? 0),
  };
}

function cell(value: number | string, width: number): string {
  return String(value).padStart(width);
}
