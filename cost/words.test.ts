import { describe, expect, test } from "vitest";
import { type Bill, type BillLine, billOf } from "./line.ts";
import { breakEvenTexts, dominanceText, moneyText, peopleText, verdictOf } from "./words.ts";

const line = (item: string, usd: number): BillLine => ({
  vendor: "Railway",
  item,
  quantity: 1,
  unit: "month",
  usd,
  explained: "",
});
const bill = (...lines: readonly BillLine[]): Bill => billOf(lines);

describe("what dominates a bill", () => {
  test.each([
    ["one line that is more than half", [70, 20, 10], "a is 70 % of it, b 20 %."],
    ["two lines where none is", [40, 35, 25], "a and b together are 75 % of it."],
    ["the only line", [5, 0, 0], "a is all of it."],
    ["next to nothing beside it", [1_000, 1, 0], "a is 99 % of it."],
    ["no line at all", [0, 0, 0], "Nothing is billed."],
  ])("is %s", (_story, [a = 0, b = 0, c = 0], sentence) => {
    expect(dominanceText(bill(line("c", c), line("a", a), line("b", b)))).toBe(sentence);
  });
});

describe("the verdict", () => {
  const of = (edge: number, container: number) =>
    verdictOf({ edge: bill(line("e", edge)), container: bill(line("c", container)) });

  test("names the container as plainly as the edge", () => {
    expect(of(5, 12.5).text).toBe("The edge is cheaper by $7.50 a month.");
    expect(of(12.5, 5).text).toBe("The container is cheaper by $7.50 a month.");
  });

  test("calls less than a cent no difference", () => {
    expect(of(5, 5.004)).toMatchObject({ cheaper: "neither", text: "Both cost the same." });
  });
});

describe("break-evens in words", () => {
  test("say each stretch, from one person on", () => {
    const found = [
      { users: 1, cheaper: "edge" },
      { users: 324, cheaper: "container" },
      { users: 41_237, cheaper: "edge" },
    ] as const;
    expect(breakEvenTexts(found)).toEqual([
      "With one person the edge is cheaper.",
      "From about 324 people on the container is cheaper.",
      "From about 41,200 people on the edge is cheaper.",
    ]);
  });
  test("say where both cost the same, as they do while neither goes beyond its fee", () => {
    const found = [
      { users: 1, cheaper: "neither" },
      { users: 90, cheaper: "container" },
    ] as const;
    expect(breakEvenTexts(found)).toEqual([
      "With one person both cost the same.",
      "From about 90 people on the container is cheaper.",
    ]);
  });
  test("say so when there is none", () => {
    expect(breakEvenTexts([{ users: 1, cheaper: "container" }])).toEqual([
      "From one person to a million the container is cheaper.",
    ]);
  });
});

test("money and people are written as they are read", () => {
  expect([0, 0.074, 412.5, 1_234.56].map(moneyText)).toEqual([
    "$0.00",
    "$0.07",
    "$412.50",
    "$1,235",
  ]);
  expect([1, 999, 12_345, 1_000_000].map(peopleText)).toEqual([
    "1 person",
    "999 people",
    "12,300 people",
    "1,000,000 people",
  ]);
});
