import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";

const run_ms_max = 300_000;
const figuresSchema = z.record(z.string(), z.number());

/** What can be told without a network, from a process of its own that prints it as JSON. */
export async function measureAlone(): Promise<BenchResult> {
  const script = fileURLToPath(new URL("../../test/sim/match/measure.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", script],
    { timeout: run_ms_max },
  );
  const figures = figuresSchema.parse(JSON.parse(stdout));
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)]));
}
