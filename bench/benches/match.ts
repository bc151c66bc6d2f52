import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, startStack } from "../../local/stack.ts";
import { httpSettings, measureHttp } from "../match/http.ts";
import { measureIdle } from "../match/idle.ts";
import { measureAlone } from "../match/measured.ts";
import { measureCapacity, measurePairing } from "../match/pairing.ts";
import { measureRelay } from "../match/relay.ts";
import type { BenchResult } from "../run.ts";

/** What is measured on the real stack; an argument chooses some. */
const pieces: Readonly<Record<string, (stack: Stack) => Promise<BenchResult>>> = {
  pairing: measurePairing,
  relay: measureRelay,
  idle: measureIdle,
  capacity: measureCapacity,
  http: measureHttp,
};

/** Random calls: the lobby, the call's room and the functions around them. */
export async function bench(args: readonly string[]): Promise<BenchResult> {
  const known = ["alone", ...Object.keys(pieces)];
  const unknown = args.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`no piece is called ${unknown.join(", ")}: ${known.join(", ")}`);
  const wanted = (name: string) => args.length === 0 || args.includes(name);
  let figures: BenchResult = {};
  if (wanted("alone")) {
    process.stderr.write("match: alone\n");
    figures = await measureAlone();
  }
  const chosen = Object.entries(pieces).filter(([name]) => wanted(name));
  if (chosen.length === 0) return figures;
  const folder = await mkdtemp(join(tmpdir(), "offrail-bench-"));
  const ports = { site: 0, redis: 0, postgres: 0 };
  const stack = await startStack({ folder, ports, settings: httpSettings });
  try {
    for (const [name, measure] of chosen) {
      process.stderr.write(`match: ${name}\n`);
      figures = { ...figures, ...(await measure(stack)) };
    }
  } finally {
    await stack.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return figures;
}
