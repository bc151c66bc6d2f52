import { describe, expect, test } from "vitest";
import { seededRandom } from "../testing.ts";
import {
  type CoarseClock,
  changedMotion,
  coarsePosition_ms,
  stillClock,
  toldPosition,
} from "./coarse-clock.ts";

describe("a position that is told only now and then", () => {
  test("stands where it was told while nothing moves", () => {
    const clock = toldPosition(stillClock, 12_000, 500);
    expect(coarsePosition_ms(clock, 500)).toBe(12_000);
    expect(coarsePosition_ms(clock, 90_000)).toBe(12_000);
  });

  test("goes on at the player's speed between two tellings", () => {
    const clock = changedMotion(
      toldPosition(stillClock, 10_000, 0),
      { moving: true, rate: 1.5 },
      0,
    );
    expect(coarsePosition_ms(clock, 1_000)).toBe(11_500);
  });

  test("stops where it was reckoned to be when the player stops", () => {
    const moving = changedMotion(stillClock, { moving: true, rate: 1 }, 0);
    const stopped = changedMotion(moving, { moving: false, rate: 1 }, 3_000);
    expect(coarsePosition_ms(stopped, 9_000)).toBe(3_000);
  });

  test("follows a jump at once, in either direction", () => {
    let clock = changedMotion(stillClock, { moving: true, rate: 1 }, 0);
    clock = toldPosition(clock, 60_000, 1_000);
    expect(coarsePosition_ms(clock, 1_500)).toBe(60_500);
    clock = toldPosition(clock, 5_000, 2_000);
    expect(coarsePosition_ms(clock, 2_000)).toBe(5_000);
  });

  test.each(Array.from({ length: 100 }, (_, seed) => seed))(
    "is off by no more than the quickest of the last messages took (seed %i)",
    (seed) => {
      const random = seededRandom(seed);
      let clock: CoarseClock = changedMotion(stillClock, { moving: true, rate: 1 }, 0);
      const delays: number[] = [];
      for (let at_ms = 250; at_ms < 10_000; at_ms += 250) {
        const delay_ms = random() * 200;
        delays.push(delay_ms);
        clock = toldPosition(clock, at_ms, at_ms + delay_ms);
      }
      const behind_ms = 10_000 - coarsePosition_ms(clock, 10_000);
      expect(behind_ms).toBeGreaterThanOrEqual(-0.001);
      expect(behind_ms).toBeLessThanOrEqual(Math.min(...delays.slice(-8)) + 0.001);
    },
  );
});
