import { expect, test } from "vitest";
import { noStrikes, strike } from "./strikes.ts";

const counts = (moments_ms: readonly number[]) => {
  let strikes = noStrikes;
  return moments_ms.map((now_ms) => {
    strikes = strike(strikes, now_ms);
    return strikes.count;
  });
};

test("strikes add up while they come fast", () => {
  expect(counts([50_000, 50_001, 50_002])).toEqual([1, 2, 3]);
});

test("one strike is forgiven for every 10 s, and a strike does not put that off", () => {
  expect(counts([50_000, 50_000, 50_000, 59_999, 60_000, 69_999, 70_000])).toEqual([
    1, 2, 3, 4, 4, 5, 5,
  ]);
});

test("a long silence forgives all", () => {
  expect(counts([50_000, 50_000, 50_000, 500_000])).toEqual([1, 2, 3, 1]);
});
