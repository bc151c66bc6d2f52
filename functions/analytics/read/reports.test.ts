import { describe, expect, test } from "vitest";
import { ProblemError } from "../../problem.ts";
import { checkRange, datesOf } from "./dates.ts";
import { levelsOf } from "./levels.ts";
import { overviewOf } from "./overview.ts";
import { retentionOf } from "./retention.ts";

describe("a range of days", () => {
  test("has both its ends, and leap days", () => {
    expect(datesOf({ from: "2028-02-28", to: "2028-03-01" })).toEqual([
      ...["2028-02-28", "2028-02-29", "2028-03-01"],
    ]);
  });

  test("may not end before it begins, nor be too long", () => {
    expect(() => checkRange({ from: "2026-01-02", to: "2026-01-01" })).toThrow(ProblemError);
    expect(() => checkRange({ from: "2026-01-01", to: "2026-01-11" }, 10)).toThrow(ProblemError);
    checkRange({ from: "2026-01-01", to: "2026-01-10" }, 10);
  });
});

test("an overview adds days up, and money by its currency", () => {
  const figures = { events: 10, errors: 1, newPlayers: 2, sessions: 3, session_ms: 60_000 };
  const money = {
    purchases: 1,
    purchased_minor: 600,
    refunds: 0,
    refunded_minor: 0,
    verified_minor: 0,
  };
  const refund = { ...money, purchases: 0, purchased_minor: 0, refunds: 1, refunded_minor: 100 };
  const { days, total } = overviewOf(
    { from: "2026-01-01", to: "2026-01-03" },
    [
      { day: "2026-01-01", players: 4, ...figures },
      { day: "2026-01-03", players: 6, ...figures },
    ],
    [
      { day: "2026-01-01", currency: "USD", ...money },
      { day: "2026-01-01", currency: "EUR", ...money },
      { day: "2026-01-03", currency: "EUR", ...refund },
    ],
  );
  expect(days.map(({ players }) => players)).toEqual([4, 0, 6]);
  expect(days[0]?.revenue.map(({ arpdau_minor }) => arpdau_minor)).toEqual([150, 150]);
  expect(total).toMatchObject({ playerDays: 10, events: 20, session_ms: 120_000 });
  expect(total.revenue).toMatchObject([
    { currency: "EUR", purchases: 1, refunds: 1, arpdau_minor: 50 },
    { currency: "USD", purchases: 1, refunds: 0, arpdau_minor: 60 },
  ]);
});

describe("levels", () => {
  const level = (name: string, players: number, passed: number, winners = passed) => ({
    ...{ level: name, starts: 10, completes: 4, fails: 3, quits: 1, duration_ms: 8_000, timed: 8 },
    ...{ score: 0, scored: 0, players, passed, winners, winAttempts: 6 },
  });

  test("stand in natural order, and the least played are left out when there are too many", () => {
    const found = [level("world 1-10", 9, 3), level("world 1-2", 5, 5), level("world 2-1", 1, 0)];
    const { levels, more } = levelsOf(found, 2);
    expect(levels.map((one) => one.level)).toEqual(["world 1-2", "world 1-10"]);
    expect(more).toBe(true);
    expect(levels[1]).toMatchObject({ winRate: 0.5, attemptsToWin: 2, attempt_ms: 1_000 });
    expect(levels[1]?.dropOff).toBeCloseTo(2 / 3, 9);
    expect(levels[1]?.score).toBeNull();
  });

  test("lose those who began and never finished, however many others finish who began before", () => {
    expect(levelsOf([level("a", 100, 0, 100)], 9).levels[0]?.dropOff).toBe(1);
    expect(levelsOf([level("a", 2, 2, 3)], 9).levels[0]?.dropOff).toBe(0);
    expect(levelsOf([level("a", 0, 0, 1)], 9).levels[0]?.dropOff).toBeNull();
  });
});

test("retention says nothing of an age until its day is over, and leaves such cohorts out of totals", () => {
  const figures = [
    { day: "2026-01-01", age: 0, players: 100 },
    { day: "2026-01-01", age: 1, players: 40 },
    { day: "2026-01-02", age: 0, players: 50 },
    { day: "2026-01-03", age: 0, players: 10 },
    { day: "2026-01-03", age: 1, players: 9 },
  ];
  const before_ms = Date.parse("2026-01-04T23:59:59.999Z");
  const { cohorts, total } = retentionOf(figures, [1, 7], before_ms);
  expect(cohorts.map(({ back }) => back)).toEqual([
    [40, null],
    [0, null],
    [null, null],
  ]);
  expect(total).toEqual([
    { players: 150, back: 40, rate: 40 / 150 },
    { players: 0, back: 0, rate: null },
  ]);
  const after = retentionOf(figures, [1, 7], before_ms + 1);
  expect(after.total[0]).toEqual({ players: 160, back: 49, rate: 49 / 160 });
});
