import type { Random } from "../../platform/testing/random.ts";
import type { ClientFaults } from "./client.ts";

export interface FaultOptions {
  /** How unequal the two ways of a line may be: 0 for symmetric, 0.3 for up to 80 to 20. */
  readonly asymmetry_max: number;
  /** Share of players that know only a few speeds. */
  readonly steppedShare: number;
}

const hour_ms = 3_600_000;

/**
 * One client's misfortunes: a clock off by up to an hour and 100 ppm, a round trip of 20 to 300 ms
 * with 10 % spikes and 2 % loss, a player whose seeks take 50 ms to 5 s.
 */
export function drawFaults(random: Random, options: FaultOptions): ClientFaults {
  const between = (low: number, high: number) => low + random.next() * (high - low);
  const stepped = random.next() < options.steppedShare;
  return {
    clock: { offset_ms: between(-hour_ms, hour_ms), skew_ppm: between(-100, 100) },
    line: {
      rtt_ms: between(20, 300),
      upShare: 0.5 + between(-1, 1) * options.asymmetry_max,
      spikeShare: 0.1,
      lossShare: 0.02,
    },
    player: {
      // As many decades of speed below as above half a second.
      seek_ms: 50 * 100 ** random.next(),
      start_ms: between(5, 120),
      skew_ppm: between(-500, 500),
      rates: stepped ? [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] : null,
    },
  };
}
