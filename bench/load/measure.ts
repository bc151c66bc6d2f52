import type { How, Run } from "../../cost/measured.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import type { Driver, Recorder } from "./driver.ts";
import { Recording } from "./recording.ts";
import { Sampler } from "./sides/sampler.ts";
import type { RunningSide } from "./sides/side.ts";

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
    const [sampler, bytesBefore] = await Promise.all([Sampler.start(side.processes), side.bytes()]);
    // It goes on until all is answered and nothing waits any more: all that this time's people took.
    await crowd.run(duration_s, recording);
    const [{ processes, sampled_s }, bytesAfter] = await Promise.all([
      sampler.stop(),
      side.bytes(),
    ]);
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
        down: bytesAfter.down - bytesBefore.down,
        up: bytesAfter.up - bytesBefore.up,
      },
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
