import { describe, expect, test, vi } from "vitest";
import { seededRandom } from "../../platform/testing/random.ts";
import { Agenda, exponential } from "./arrivals.ts";

describe("times between arrivals", () => {
  test("are as long as they should be on average, and as often short as a Poisson process has them", () => {
    const random = seededRandom(7);
    const times = Array.from({ length: 20_000 }, () => exponential(random, 60));
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    const aboveMean = times.filter((time) => time > 60).length / times.length;
    expect(mean).toBeGreaterThan(58);
    expect(mean).toBeLessThan(62);
    expect(Math.abs(aboveMean - Math.exp(-1))).toBeLessThan(0.015);
  });
});

describe("an agenda", () => {
  test("tells each work when it was due, and never does it before", () => {
    vi.useFakeTimers();
    try {
      const agenda = new Agenda();
      const done: number[] = [];
      const began_ms = performance.now();
      agenda.after(10.4, (due_ms) => done.push(due_ms - began_ms));
      agenda.after(5, (due_ms) => done.push(due_ms - began_ms));
      vi.advanceTimersByTime(10);
      expect(done).toEqual([5]);
      vi.advanceTimersByTime(1);
      expect(done).toEqual([5, expect.closeTo(10.4, 9)]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("is not put off by a stall: what was due during it comes at once, and each knows when it was due", () => {
    vi.useFakeTimers();
    try {
      const agenda = new Agenda();
      const began_ms = performance.now();
      const done: { readonly due_ms: number; readonly at_ms: number }[] = [];
      const next = (from_ms: number) =>
        agenda.after(
          10,
          (due_ms) => {
            done.push({ due_ms: due_ms - began_ms, at_ms: performance.now() - began_ms });
            next(due_ms);
          },
          from_ms,
        );
      next(began_ms);
      // This process is held up: the clock goes on, and no timer runs.
      const now = vi.spyOn(performance, "now").mockReturnValue(began_ms + 35);
      vi.advanceTimersByTime(15);
      now.mockRestore();
      expect(done.slice(0, 3).map(({ due_ms }) => due_ms)).toEqual([10, 20, 30]);
      expect(done.slice(0, 3).every(({ at_ms }) => at_ms === 35)).toBe(true);
      agenda.close();
    } finally {
      vi.useRealTimers();
    }
  });

  test("does nothing that was taken off, nor anything once it is closed", () => {
    vi.useFakeTimers();
    try {
      const agenda = new Agenda();
      const done: string[] = [];
      agenda.after(5, () => done.push("taken off"))();
      agenda.after(5, () => done.push("kept"));
      agenda.after(9, () => done.push("too late"));
      vi.advanceTimersByTime(6);
      agenda.close();
      agenda.after(1, () => done.push("after the end"));
      vi.advanceTimersByTime(20);
      expect(done).toEqual(["kept"]);
    } finally {
      vi.useRealTimers();
    }
  });
});
