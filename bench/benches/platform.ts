import { bench as cache } from "../platform/cache.ts";
import { bench as jobs } from "../platform/jobs.ts";
import { bench as metrics } from "../platform/metrics.ts";
import { measureSignIn } from "../platform/signin.ts";
import type { Bench, BenchResult } from "../run.ts";

/** The shared pieces: to add one, give it a file in `bench/platform/` and a line here. */
const pieces: Readonly<Record<string, Bench>> = {
  cache,
  jobs,
  metrics,
  signin: async () => ({ ...(await measureSignIn()) }),
};

/** Figures of the shared pieces, one after another; arguments choose some by name. */
export async function bench(args: readonly string[]): Promise<BenchResult> {
  const unknown = args.filter((name) => !Object.hasOwn(pieces, name));
  if (unknown.length > 0)
    throw new Error(`no piece is called ${unknown.join(", ")}: ${Object.keys(pieces).join(", ")}`);
  let figures: BenchResult = {};
  for (const [name, piece] of Object.entries(pieces))
    if (args.length === 0 || args.includes(name)) figures = { ...figures, ...(await piece([])) };
  return figures;
}
