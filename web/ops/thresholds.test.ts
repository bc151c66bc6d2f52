import { expect, test } from "vitest";
import { connectionLevel, errorLevel, hitRateLevel, memoryLevel } from "./thresholds.ts";

test.each([
  [0, "good"],
  [0.599, "good"],
  [0.6, "fair"],
  [0.8, "near"],
  [0.9, "critical"],
  [1.2, "critical"],
])("memory at %d of its limit is %s", (share, level) => {
  expect(memoryLevel(share)).toBe(level);
});

test.each([
  [799, "good"],
  [800, "fair"],
  [1000, "near"],
  [1100, "critical"],
])("%d of 1,200 connections are %s", (connections, level) => {
  expect(connectionLevel(connections / 1200)).toBe(level);
});

test.each([
  [1, "good"],
  [0.9, "good"],
  [0.899, "fair"],
  [0.849, "near"],
  [0.8, "near"],
  [0.799, "critical"],
])("a hit rate of %d is %s", (share, level) => {
  expect(hitRateLevel(share)).toBe(level);
});

test("one failure in a thousand answers is no longer good, two in a hundred are critical", () => {
  expect([0, 0.001, 0.01, 0.02].map(errorLevel)).toEqual(["good", "fair", "near", "critical"]);
});
