import { expect, test } from "vitest";
import { createCounts } from "./counts.ts";

test("amounts add up by name", () => {
  const counts = createCounts();
  counts.add("wake", 1);
  counts.add("rows", 2);
  counts.add("wake", 1);
  expect([...counts.read()]).toEqual([
    ["wake", 2],
    ["rows", 2],
  ]);
});

test("names without end take no memory without end", () => {
  const counts = createCounts();
  for (let index = 0; index < 1000; index++) counts.add(`name_${index}`, 1);
  expect(counts.read().size).toBe(65);
  expect(counts.read().get("other")).toBe(936);
});
