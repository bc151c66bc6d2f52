import { describe, expect, it } from "vitest";
import { type ClockProbe, ClockTracker, estimateClock, probes_max, wantsProbe } from "./clock.ts";
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

  it("ends after four when the line is as good as it can be", () => {
    const probes: ClockProbe[] = [];
    while (wantsProbe(probes)) probes.push(probe(probes.length * 100, 0.4, 0.4));
    expect(probes).toHaveLength(4);
  });
});

describe("the clock over hours", () => {
  /** A local clock that loses `ppm` parts in a million on the server's. */
  const probed = (local_ms: number, ppm: number, way_ms: number): ClockProbe => ({
    sent_ms: local_ms,
    server_ms: (local_ms + way_ms) * (1 + ppm / 1e6) + offset_ms,
    received_ms: local_ms + 2 * way_ms,
  });
  const errorOf = (tracker: ClockTracker, local_ms: number, ppm: number) => {
    const known = tracker.at(local_ms);
    if (known === null) throw new Error("no estimate");
    const truth_ms = local_ms * (1 + ppm / 1e6) + offset_ms;
    return { error_ms: Math.abs(local_ms + known.offset_ms - truth_ms), bound_ms: known.error_ms };
  };

  it("grows less certain by 100 ppm, and asks anew when that is half of what nobody notices", () => {
    const tracker = new ClockTracker();
    expect(tracker.refreshAt_ms()).toBeNull();
    tracker.add(probed(0, 0, 15));
    expect(tracker.at(30)?.error_ms).toBe(15);
    expect(tracker.at(100_030)?.error_ms).toBeCloseTo(25, 6);
    expect(tracker.refreshAt_ms()).toBe(200_030);
  });

  it("is right within its bound for a day, whatever the skew, and asks more and more rarely", () => {
    for (const ppm of [-100, -37, 0, 12, 80, 100]) {
      const random = seededRandom(ppm + 1_000);
      const tracker = new ClockTracker();
      let series = 0;
      const asked_ms: number[] = [];
      for (let now_ms = 0; now_ms < 24 * 3_600_000; now_ms += 10_000) {
        if (now_ms >= (tracker.refreshAt_ms() ?? 0)) {
          series++;
          asked_ms.push(now_ms);
          tracker.tried(now_ms);
          for (let probe = 0; probe < 5; probe++)
            tracker.add(probed(now_ms + probe * 100, ppm, 10 + random() * 40));
        }
        const { error_ms, bound_ms } = errorOf(tracker, now_ms + 1_000, ppm);
        expect(error_ms, `${ppm} ppm at ${now_ms}`).toBeLessThanOrEqual(bound_ms + 1e-6);
      }
      expect(series, `${ppm} ppm`).toBeLessThan(100);
      const between_ms = asked_ms.map((at_ms, index) => at_ms - (asked_ms[index - 1] ?? 0));
      expect(between_ms.at(-1), `${ppm} ppm`).toBeGreaterThan(25 * 60_000);
    }
  });

  it("starts over when the clock was set, or stood still while the machine slept", () => {
    const tracker = new ClockTracker();
    tracker.add(probed(0, 0, 20));
    tracker.add({ sent_ms: 10_000, server_ms: 3_610_020 + offset_ms, received_ms: 10_040 });
    expect(tracker.at(10_040)?.offset_ms).toBe(3_600_000 + offset_ms);
  });

  it("does not ask in a loop when nothing is answered", () => {
    const tracker = new ClockTracker();
    tracker.add(probed(0, 0, 20));
    tracker.tried(300_000);
    expect(tracker.refreshAt_ms()).toBe(315_000);
  });
});
