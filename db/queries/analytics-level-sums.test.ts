import { expect, test } from "vitest";
import { forAll } from "../../platform/testing/random.ts";
import { splitRange } from "./analytics-level-sums.ts";

const day_ms = 86_400_000;
const dateOf = (day: number) => new Date(day * day_ms).toISOString().slice(0, 10);
const datesOf = ({ from, to }: { readonly from: string; readonly to: string }) =>
  Array.from({ length: (Date.parse(to) - Date.parse(from)) / day_ms + 1 }, (_, at) =>
    dateOf(Date.parse(from) / day_ms + at),
  );

test("a range is split into whole weeks and the days around them, each day once", async () => {
  await forAll(300, (random) => {
    const first = 20_000 + random.below(1_000);
    const range = { from: dateOf(first), to: dateOf(first + random.below(400)) };
    const { weeks, days } = splitRange(range);
    const parts = weeks === undefined ? days : [...days, weeks];
    expect(parts.flatMap(datesOf).sort()).toEqual(datesOf(range));
    expect(days.flatMap(datesOf).length).toBeLessThanOrEqual(12);
    if (weeks === undefined) return;
    expect(Date.parse(weeks.from) / day_ms).toSatisfy((day: number) => day % 7 === 0);
    expect(datesOf(weeks).length % 7).toBe(0);
  });
});

test("ninety days are twelve weeks and six days, whichever day they begin on", () => {
  for (let begin = 0; begin < 7; begin += 1) {
    const { weeks, days } = splitRange({
      from: dateOf(20_000 + begin),
      to: dateOf(20_089 + begin),
    });
    expect(weeks === undefined ? 0 : datesOf(weeks).length).toBe(84);
    expect(days.flatMap(datesOf)).toHaveLength(6);
  }
});
