import { expect, test } from "vitest";
import { nextRelaxation_ms, relaxationSchedule, relaxedWishes } from "./relaxation.ts";
import { matchFilters, type Wishes } from "./ticket.ts";

const all: Wishes = {
  languages: ["en"],
  interests: "shared",
  region: "same",
  ages: { from: "25-34", to: "35-44" },
  genders: ["woman"],
};

test("the schedule has a step for every filter, soonest first", () => {
  expect(new Set(relaxationSchedule.map(({ filter }) => filter))).toEqual(new Set(matchFilters));
  const moments = relaxationSchedule.map(({ after_ms }) => after_ms);
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
});

test("nothing gives way before its time, and everything in the end", () => {
  expect(relaxedWishes(all, 4_999)).toBe(all);
  expect(relaxedWishes(all, 5_000)).toEqual({ ...all, interests: undefined });
  expect(relaxedWishes(all, 15_000).ages).toEqual({ from: "18-24", to: "45-54" });
  expect(relaxedWishes(all, 60_000)).toEqual({});
});

test("a range at the end of the scale is widened on the other side alone", () => {
  const ages = (from: "18-24" | "45-54", to: "18-24" | "55+") =>
    relaxedWishes({ ages: { from, to } }, 20_000).ages;
  expect(ages("18-24", "18-24")).toEqual({ from: "18-24", to: "25-34" });
  expect(ages("45-54", "55+")).toEqual({ from: "35-44", to: "55+" });
});

test("what is firm never gives way", () => {
  const firm: Wishes = { ...all, firm: [...matchFilters] };
  expect(relaxedWishes(firm, 3_600_000)).toEqual(firm);
  expect(nextRelaxation_ms(firm, 0)).toBeNull();
});

test("between one step and the next nothing changes", () => {
  for (let waited_ms = 0; waited_ms <= 60_000; waited_ms += 500) {
    const next_ms = nextRelaxation_ms(all, waited_ms);
    const before = relaxedWishes(all, waited_ms);
    if (next_ms === null) expect(before).toEqual({});
    else {
      expect(relaxedWishes(all, next_ms - 1)).toEqual(before);
      expect(relaxedWishes(all, next_ms)).not.toEqual(before);
    }
  }
});
