import { describe, expect, it } from "vitest";
import { type ClockProbe, estimateClock, probes_max, wantsProbe } from "./clock.ts";
import { seededRandom } from "./testing.ts";

const offset_ms = 5_000;

function probe(sent_ms: number, out_ms: number, back_ms: number): ClockProbe {
  return {
    sent_ms,
    server_ms: sent_ms + out_ms + offset_ms,
    received_ms: sent_ms + out_ms + back_ms,
  };
}

describe("the estimate of the room's clock", () => {
  it("is unknown without a probe", () => {
    expect(estimateClock([])).toBeNull();
  });

  it("is exact when both ways take equally long", () => {
    expect(estimateClock([probe(0, 40, 40)])).toEqual({ offset_ms, error_ms: 40 });
  });

  it("believes the probe with the least round trip alone", () => {
    const probes = [probe(0, 40, 300), probe(500, 21, 19), probe(900, 250, 40)];
    expect(estimateClock(probes)).toEqual({ offset_ms: offset_ms + 1, error_ms: 20 });
  });

  it("never errs by more than it says, however delays fall", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = seededRandom(seed);
      const probes = Array.from({ length: probes_max }, (_, index) => {
        const spike_ms = () => (random() < 0.1 ? random() * 800 : 0);
        return probe(index * 100, random() * 80 + spike_ms(), random() * 80 + spike_ms());
      });
      const estimate = estimateClock(probes);
      if (estimate === null) throw new Error("no estimate");
      const error_ms = Math.abs(estimate.offset_ms - offset_ms);
      expect(error_ms, `seed ${seed}`).toBeLessThanOrEqual(estimate.error_ms + 1e-6);
    }
  });

  it("has p95 errors under 12 ms at 80 ms of round trip with spikes in every tenth probe", () => {
    const errors_ms = Array.from({ length: 1_000 }, (_, run) => {
      const random = seededRandom(run + 1);
      const probes = Array.from({ length: probes_max }, (_, index) => {
        const way_ms = () => 40 + random() * 30 + (random() < 0.1 ? random() * 400 : 0);
        return probe(index * 100, way_ms(), way_ms());
      });
      return Math.abs((estimateClock(probes)?.offset_ms ?? Number.NaN) - offset_ms);
    }).sort((a, b) => a - b);
    expect(errors_ms[949]).toBeLessThan(12);
  });
});

describe("a series of probes", () => {
  it("goes on to sixteen on a slow line", () => {
    const probes: ClockProbe[] = [];
    while (wantsProbe(probes)) probes.push(probe(probes.length * 100, 40, 40));
    expect(probes).toHaveLength(probes_max);
  });

  it("ends after five when the line is as good as it can be", () => {
    const probes: ClockProbe[] = [];
    while (wantsProbe(probes)) probes.push(probe(probes.length * 100, 0.4, 0.4));
    expect(probes).toHaveLength(5);
  });
});
