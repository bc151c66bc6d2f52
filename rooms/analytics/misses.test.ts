import { expect, test } from "vitest";
import { afterMiss, isMissed, type Misses, mayAsk } from "./misses.ts";

test("A-ADMIT-1 what a buffer keeps in mind of unknown keys is bounded: the oldest are forgotten", () => {
  let misses: Misses = [];
  for (let key = 0; key < 300; key += 1) misses = afterMiss(misses, `key ${key}`, key);
  expect(misses).toHaveLength(100);
  expect([199, 200, 299].map((key) => isMissed(misses, `key ${key}`))).toEqual([false, true, true]);
  expect(mayAsk(misses, "key 199", 300)).toBe(true);
  expect(mayAsk(misses, "key 299", 300)).toBe(false);
  expect(mayAsk(misses, "key 299", 5_299)).toBe(true);
});
