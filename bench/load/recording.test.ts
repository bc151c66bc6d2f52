import { expect, test } from "vitest";
import { Recording } from "./recording.ts";

test("percentiles are right to a thousandth, over all and by kind", () => {
  const recording = new Recording();
  for (let ms = 1; ms <= 1_000; ms += 1) recording.answered(ms % 2 === 0 ? "even" : "odd", ms);
  const { p50, p95, p99 } = recording.latency_ms;
  for (const [found, wanted] of [
    [p50, 500],
    [p95, 950],
    [p99, 990],
  ] as const)
    expect(Math.abs(found - wanted) / wanted).toBeLessThan(0.002);
  expect(recording.kinds.even?.answers).toBe(500);
});

test("failures are counted by what and why, and are among what was sent", () => {
  const recording = new Recording();
  recording.answered("join", 0.2);
  recording.failed("join", "status 503");
  recording.failed("join", "status 503");
  expect(recording.requests).toEqual({ sent: 3, failed: 2 });
  expect(recording.failures).toEqual({ "join: status 503": 2 });
});

test("what takes longer than a minute counts as a minute", () => {
  const recording = new Recording();
  recording.answered("join", 10_000_000);
  expect(recording.latency_ms.p99).toBeGreaterThan(59_000);
  expect(recording.latency_ms.p99).toBeLessThan(61_000);
});

test("what failed counts as long as it was waited for, and is no answer", () => {
  const recording = new Recording();
  for (let answer = 0; answer < 98; answer += 1) recording.answered("join", 5);
  for (let failure = 0; failure < 2; failure += 1) recording.failed("join", "status 503", 15_000);
  // Nobody had waited for anything.
  recording.failed("line", "closed");
  expect(recording.kinds.join).toMatchObject({ answers: 98, failed: 2 });
  expect(recording.kinds.join?.p99).toBeGreaterThan(14_900);
  expect(recording.kinds).not.toHaveProperty("line");
  expect(recording.requests).toEqual({ sent: 101, failed: 3 });
});
