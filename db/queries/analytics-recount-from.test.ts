import { describe, expect, test } from "vitest";
import { retentionDaysSchema } from "../../protocol/analytics/game.ts";
import { clockLimits } from "../../protocol/analytics/limits.ts";
import { completeFrom } from "./analytics-recount-from.ts";

const day_ms = 86_400_000;
const today = Date.UTC(2026, 10, 29) / day_ms;
const now_ms = today * day_ms + 5 * 3_600_000;
const dateOf = (day: number) => new Date(day * day_ms).toISOString().slice(0, 10);
const game = (retentionDays: number, retentionDaysBefore: number, changed: number) => ({
  ...{ retentionDays, retentionDaysBefore, retentionFrom: dateOf(changed) },
});

describe("raw rows of a game are all there", () => {
  test("for as long as it keeps them, if it never changed that", () => {
    expect(completeFrom(game(90, 90, today - 400), "live", now_ms)).toBe(dateOf(today - 90));
    expect(completeFrom(game(90, 90, today - 400), "sandbox", now_ms)).toBe(dateOf(today - 7));
  });

  test("for as long as it keeps them, once no earlier day can be among them", () => {
    expect(completeFrom(game(30, 7, today - 30), "live", now_ms)).toBe(dateOf(today - 30));
    expect(completeFrom(game(90, 7, today - 40), "live", now_ms)).toBe(dateOf(today - 40));
  });

  test("for as long as it did before while the change is to come", () => {
    expect(completeFrom(game(365, 7, today + 2), "live", now_ms)).toBe(dateOf(today - 7));
  });

  test("for a month before a change at most: there may have been another before it", () => {
    expect(completeFrom(game(365, 90, today - 5), "live", now_ms)).toBe(dateOf(today - 5 - 31));
  });
});

test("no day counts as complete that is not, whatever a game has changed", () => {
  const choices = [...retentionDaysSchema.values];
  let told = 0;
  for (const first of choices)
    for (const second of choices.filter((days) => days !== first))
      for (const third of choices.filter((days) => days !== second))
        for (const age of [0, 1, 6, 20, 31, 60, 100, 400])
          for (const gap of [0, 1, 25, 300]) {
            // As soon as it can change again, or some days later.
            const last = today + 2 - age;
            const previous = last - clockLimits.past_ms_max / day_ms - 2 - gap;
            const keptOf = (day: number) =>
              day >= last ? third : day >= previous ? second : first;
            const from = completeFrom(game(third, second, last), "live", now_ms);
            const since = Date.parse(from) / day_ms;
            const days = Array.from({ length: today - since + 1 }, (_, at) => since + at);
            expect(days.filter((day) => day < today - keptOf(day))).toEqual([]);
            told += 1;
          }
  expect(told).toBeGreaterThan(1_000);
});
