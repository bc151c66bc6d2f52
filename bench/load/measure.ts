import type { How, Run } from "../../cost/measured.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import type { Driver, Recorder } from "./driver.ts";
import { Recording } from "./recording.ts";
import { Sampler } from "./sides/sampler.ts";
import type { RunningSide } from "./sides/side.ts";
import { storedBytes } from "./sides/stored.ts";

const nobody: Recorder = { answered() {}, failed() {}, received() {} };

export interface MeasureOptions {
  readonly users: number;
  readonly warm_s: number;
  readonly duration_s: number;
  /** The same for both sides, so that the same people do the same. */
  readonly seed: number;
  /** What is measured, and which time of how many. */
  readonly how: Omit<How, "warm_s" | "versions">;
  /** Told of each step as it begins. */
  readonly step: (what: string) => void;
}

/**
 * Plays one module's people against one side, and measures it from outside and by its meter. What it
 * takes to come there, warm-up included, is in none of the numbers. While the meter is read, which
 * takes one side half a minute and the other no time, nobody does anything: so both begin alike.
 */
export async function measure(
  side: RunningSide,
  driver: Driver,
  { users, warm_s, duration_s, seed, how, step }: MeasureOptions,
): Promise<Run> {
  step("people come in");
  const crowd = await driver.prepare(side, users, seededRandom(seed));
  try {
    step("warm-up");
    if (warm_s > 0) await crowd.run(warm_s, nobody);
    step("the meter writes");
    // Writing down costs commands that count as used only afterwards: a second reading has little to write.
    await side.units();
    const before = await side.units();
    step(crowd.standing === undefined ? "measuring" : `measuring, with ${crowd.standing()}`);
    const recording = new Recording();
    const counted = async () => {
      const [wire, stored] = await Promise.all([side.bytes(), storedBytes(side.databaseUrl)]);
      return { wire, stored, logged: side.logged?.() ?? 0 };
    };
    const countedBefore = await counted();
    const sampler = await Sampler.start(side.processes);
    // It goes on until all is answered and nothing waits any more: all that this time's people took.
    await crowd.run(duration_s, recording);
    const { processes, sampled_s } = await sampler.stop();
    const counts = await counted();
    step("the meter writes");
    const after = await side.units();
    const names = Object.keys(after);
    const difference = names.map((unit) => [unit, (after[unit] ?? 0) - (before[unit] ?? 0)]);
    return {
      module: driver.module,
      side: side.name,
      users,
      duration_s,
      sampled_s: Math.round(sampled_s * 10) / 10,
      processes: [...processes],
      bytes_out: recording.bytes,
      wire_bytes: {
        down: counts.wire.down - countedBefore.wire.down,
        up: counts.wire.up - countedBefore.wire.up,
      },
      // Postgres may give back space that was free: less than before is nothing added.
      stored_bytes: Math.max(0, counts.stored - countedBefore.stored),
      ...(side.logged && { log_bytes: counts.logged - countedBefore.logged }),
      latency_ms: recording.latency_ms,
      requests: recording.requests,
      units: Object.fromEntries(difference),
      kinds: recording.kinds,
      failures: recording.failures,
      how: { ...how, warm_s, versions: side.versions },
    };
  } finally {
    await crowd.leave();
  }
}
