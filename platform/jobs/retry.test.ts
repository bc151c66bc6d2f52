import { expect, test } from "vitest";
import { forAll } from "../testing/random.ts";
import { retryDelay_ms } from "./retry.ts";

test("the delay doubles from one minute with each failure", () => {
  const delays = [1, 2, 3, 4].map((failures) => retryDelay_ms(failures, 0, 60_000));
  expect(delays).toEqual([60_000, 120_000, 240_000, 480_000]);
});

test("jitter adds up to a quarter and takes nothing away", () =>
  forAll(200, (random) => {
    const failures = 1 + random.below(6);
    const least_ms = 60_000 * 2 ** (failures - 1);
    const delay_ms = retryDelay_ms(failures, random.next(), 60_000);
    expect(delay_ms).toBeGreaterThanOrEqual(least_ms);
    expect(delay_ms).toBeLessThanOrEqual(least_ms * 1.25);
  }));

test("no delay is longer than a queue can hold, after however many failures", () => {
  for (const failures of [10, 100, 5_000])
    expect(retryDelay_ms(failures, 0.99, 60_000)).toBe(6 * 3_600_000);
});
