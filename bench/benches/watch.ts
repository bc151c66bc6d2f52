import type { BenchResult } from "../run.ts";
import { measureFanout } from "../watch/fanout.ts";
import { measureFlood } from "../watch/flood.ts";
import { measureRest } from "../watch/rest.ts";
import { measureResume } from "../watch/resume.ts";
import { simulate } from "../watch/sim.ts";
import { type BenchStack, startBenchStack } from "../watch/stack.ts";

/** What is measured on the real stack; an argument chooses one. */
const pieces: Readonly<Record<string, (stack: BenchStack) => Promise<BenchResult>>> = {
  resume: measureResume,
  flood: measureFlood,
  fanout: measureFanout,
  rest: measureRest,
};

/**
 * Watch Together: how well viewers are in step, from the simulation, whose clocks and lines are as
 * bad as they come; what the room costs and bears, from the real stack. Arguments choose pieces by
 * name, `sim` among them.
 */
export async function bench(args: readonly string[]): Promise<BenchResult> {
  const known = ["sim", ...Object.keys(pieces)];
  const unknown = args.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`no piece is called ${unknown.join(", ")}: ${known.join(", ")}`);
  const wanted = (name: string) => args.length === 0 || args.includes(name);
  let figures: BenchResult = wanted("sim") ? await simulate() : {};
  const chosen = Object.entries(pieces).filter(([name]) => wanted(name));
  if (chosen.length === 0) return figures;
  const stack = await startBenchStack();
  try {
    for (const [name, measure] of chosen) {
      process.stderr.write(`watch: ${name}\n`);
      figures = { ...figures, ...(await measure(stack)) };
    }
  } finally {
    await stack.stop();
  }
  return figures;
}
