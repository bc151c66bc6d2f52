import { expect, test } from "vitest";
import { daysOf } from "../../protocol/analytics/reports.ts";
import { everRange } from "./ever.ts";

const now_ms = Date.parse("2026-11-29T12:00:00Z");

test("a new game is asked about from the earliest day that an event may be of, to the latest", () => {
  expect(everRange("2026-11-29T11:00:00.000Z", now_ms)).toEqual({
    from: "2026-10-30",
    to: "2026-11-30",
  });
});

test("an old game is asked about as far back as a report goes", () => {
  const range = everRange("2020-01-01T00:00:00.000Z", now_ms);
  expect(range.to).toBe("2026-11-30");
  expect(daysOf(range)).toBe(400);
});
