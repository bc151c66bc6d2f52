import { expect, test, vi } from "vitest";
import { Attempts } from "./attempts.ts";
import { Recording } from "./recording.ts";

test("a refusal that comes fast counts as long as an answer would have been waited for", async () => {
  const attempts = new Attempts();
  const recording = new Recording();
  attempts.recorder = recording;
  await attempts.of("join", performance.now(), () => Promise.reject(new Error("refused")));
  expect(recording.kinds.join).toMatchObject({ answers: 0, failed: 1 });
  expect(recording.latency_ms.p50).toBeGreaterThan(14_900);
});

test("what is lost counts with its own wait, and a fault with none", () => {
  vi.useFakeTimers();
  try {
    const attempts = new Attempts();
    const recording = new Recording();
    attempts.recorder = recording;
    attempts.expect("chat", performance.now(), 10_000);
    vi.advanceTimersByTime(10_000);
    attempts.fault("lobby", "closed");
    expect(recording.failures).toEqual({ "chat: lost": 1, "lobby: closed": 1 });
    expect(recording.kinds.chat?.p99).toBeGreaterThan(9_900);
    expect(recording.kinds.chat?.p99).toBeLessThan(10_100);
    expect(Object.keys(recording.kinds)).toEqual(["chat"]);
  } finally {
    vi.useRealTimers();
  }
});
