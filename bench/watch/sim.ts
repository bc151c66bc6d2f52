import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { BenchResult } from "../run.ts";

const run_ms_max = 300_000;
const runs = 20;
const figuresSchema = z.record(z.string(), z.number());

/** The figures of the simulation, which runs as a process of its own and prints them as JSON. */
export async function simulate(): Promise<BenchResult> {
  process.stderr.write(`watch: ${runs} simulated evenings of twenty people\n`);
  const script = fileURLToPath(new URL("../../test/sim/measure.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", script, String(runs)],
    { timeout: run_ms_max },
  );
  const figures = figuresSchema.parse(JSON.parse(stdout));
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Math.round(value * 1000) / 1000]),
  );
}
