import { expect, test } from "vitest";
import { summaryOf, summarySchema, trustedUsers_max } from "./summary.ts";
import { easyMeasurement } from "./testing/easy.ts";

test("a summary survives the way through a file", () => {
  const summary = summaryOf(easyMeasurement);
  expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
});

test("a module measured on one side only is not in it", () => {
  const runs = easyMeasurement.runs.filter(
    ({ module, side }) => module !== "watch" || side === "container",
  );
  expect(Object.keys(summaryOf({ ...easyMeasurement, runs }).modules)).toEqual([
    "match",
    "analytics",
  ]);
});

test("bills are trusted to twice the people of the module measured with the fewest", () => {
  const runs = easyMeasurement.runs.filter(
    ({ module, users }) => module !== "match" || users < 150,
  );
  const summary = summaryOf({ ...easyMeasurement, runs });
  expect(trustedUsers_max(summary, ["watch"])).toBe(400);
  expect(trustedUsers_max(summary, ["watch", "match"])).toBe(200);
});
