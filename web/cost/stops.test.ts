import { expect, test } from "vitest";
import { stopNearest, stops } from "./stops.ts";

test("the slider goes from one person to a million, each step to more", () => {
  expect([stops[0], stops.at(-1)]).toEqual([1, 1_000_000]);
  expect([...stops].sort((a, b) => a - b)).toEqual(stops);
  expect(new Set(stops).size).toBe(stops.length);
});

test("it stands at the stop nearest to what was typed", () => {
  expect(stops[stopNearest(1_000)]).toBe(1_000);
  expect(stops[stopNearest(1_037)]).toBe(1_000);
  expect(stops[stopNearest(1_000_000)]).toBe(1_000_000);
});
