import { expect, test } from "vitest";
import { planOf, visitsOf } from "./plan.ts";

test("without a word all modules are measured with 100, 500 and 1,000 people for a minute", () => {
  expect(planOf([])).toEqual({
    users: [100, 500, 1_000],
    modules: ["watch", "match", "analytics"],
    seconds: 60,
    warm: 10,
    rounds: 1,
  });
});

test.each([["--users", "0"], ["--users", "ten"], ["--modules", "designs"], ["--nonsense"]])(
  "%s %s is refused with how to call it",
  (...args) => {
    expect(() => planOf(args)).toThrow(/called as: npm run -s bench -- all/);
  },
);

test("sides take turns, and each pair begins with the side that the one before it ended with", () => {
  const plan = planOf(["--users", "4", "--modules", "watch", "--rounds", "3"]);
  expect(visitsOf(plan).map(({ side }) => side)).toEqual([
    "edge",
    "container",
    "container",
    "edge",
    "edge",
    "container",
  ]);
});

test("every module is measured with every number of people on both sides", () => {
  const seen = visitsOf(planOf([])).map(({ module, users, side }) => `${module} ${users} ${side}`);
  expect(new Set(seen).size).toBe(18);
});
