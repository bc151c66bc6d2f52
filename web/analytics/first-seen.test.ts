import { expect, test } from "vitest";
import { letsSleep, seenWithin_s } from "./first-seen.ts";
import { waitText } from "./text.ts";

test("a page promises an event for when it was written, is out of the cache, and was asked for", () => {
  expect(waitText(seenWithin_s(30))).toBe("90 seconds");
  expect(waitText(seenWithin_s(1))).toBe("60 seconds");
  expect(waitText(seenWithin_s(600))).toBe("11 minutes");
});

test("only writes that are more than five minutes apart let the database sleep between them", () => {
  expect([1, 30, 300, 301, 3_600].map(letsSleep)).toEqual([false, false, false, true, true]);
});

test("times to wait are told in seconds, and from two minutes on in minutes", () => {
  expect([1, 30, 119, 120, 121, 3_600].map(waitText)).toEqual([
    ...["1 second", "30 seconds", "119 seconds", "2 minutes", "3 minutes", "60 minutes"],
  ]);
});
