import { expect, it } from "vitest";
import { driftText, timeText } from "./time-text.ts";

it.each([
  [0, "0:00"],
  [7_999, "0:07"],
  [60_000, "1:00"],
  [3_723_000, "1:02:03"],
  [-5, "0:00"],
])("%i ms reads %s", (position_ms, text) => {
  expect(timeText(position_ms)).toBe(text);
});

it.each([
  [0.3, "exactly in step"],
  [12, "12 ms ahead"],
  [-140.2, "140 ms behind"],
])("a drift of %f ms reads %s", (drift_ms, text) => {
  expect(driftText(drift_ms)).toBe(text);
});
