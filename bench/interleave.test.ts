import { expect, test } from "vitest";
import { interleave, percentile } from "./interleave.ts";

test("contenders take turns, so that noise falls on all alike", async () => {
  const order: string[] = [];
  const contender = (name: string) => ({
    name,
    run: async () => {
      order.push(name);
    },
  });
  const samples = await interleave([contender("a"), contender("b")], 10);
  expect(order.join("")).toBe("ab".repeat(11));
  expect(samples.get("a")).toHaveLength(10);
  expect(samples.get("b")).toHaveLength(10);
});

test("a percentile is the nearest rank of the sorted samples", () => {
  const samples = [5, 1, 4, 2, 3];
  expect([0, 0.2, 0.5, 0.9, 1].map((share) => percentile(samples, share))).toEqual([1, 1, 3, 5, 5]);
  expect(percentile([], 0.5)).toBeNaN();
});
