import { describe, expect, test } from "vitest";
import { backoff_ms, retryAfterOf } from "./backoff.ts";

test("the wait grows with every failure up to five minutes, and chance spreads it", () => {
  expect([1, 2, 3, 20].map((failures) => backoff_ms(failures, 1))).toEqual([
    2_000, 4_000, 8_000, 300_000,
  ]);
  expect(backoff_ms(3, 0.5)).toBe(4_000);
});

test("the wait is never shorter than the server asked for, within an hour", () => {
  expect(backoff_ms(1, 0, 30_000)).toBe(30_000);
  expect(backoff_ms(1, 1, 30_000)).toBe(32_000);
  expect(backoff_ms(1, 0, 1e12)).toBe(3_600_000);
});

describe("Retry-After", () => {
  const now_ms = Date.parse("2026-10-01T00:00:00Z");
  test.each([
    ["120", 120_000],
    ["Thu, 01 Oct 2026 00:01:00 GMT", 60_000],
    ["Wed, 30 Sep 2026 00:00:00 GMT", 0],
    ["-5", 0],
    ["soon", 0],
    ["", 0],
    [null, 0],
  ])("%s means %d ms", (header, wait_ms) => {
    expect(retryAfterOf(header, now_ms)).toBe(wait_ms);
  });
});
