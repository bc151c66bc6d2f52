import { expect, test } from "vitest";
import {
  averageText,
  bytesText,
  countText,
  durationText,
  millisecondsText,
  percentText,
} from "./format.ts";

test("numbers are short enough for a phone", () => {
  expect(countText(0)).toBe("0");
  expect(countText(123_456)).toBe("123,456");
  expect(countText(123_456_789)).toBe("123.5M");
  expect(averageText(0.84)).toBe("0.8");
  expect(averageText(12.4)).toBe("12");
  expect(percentText(0.943)).toBe("94.3 %");
  expect(percentText(1)).toBe("100 %");
});

test("units follow the size", () => {
  expect(millisecondsText(null)).toBe("none");
  expect(millisecondsText(3.21)).toBe("3.2 ms");
  expect(millisecondsText(375)).toBe("375 ms");
  expect(millisecondsText(2_500)).toBe("2.5 s");
  expect(bytesText(900)).toBe("900 B");
  expect(bytesText(17_000)).toBe("16.6 KB");
  expect(bytesText(134_217_728)).toBe("128 MB");
  expect([40_000, 720_000, 10_800_000, 259_200_000].map(durationText)).toEqual([
    "40 s",
    "12 min",
    "3 h",
    "3 days",
  ]);
});
