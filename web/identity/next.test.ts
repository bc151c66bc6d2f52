import { expect, test } from "vitest";
import { nextPath, withNext } from "./next.ts";

test("a path of this site is where one goes on", () => {
  expect(nextPath("?next=%2Finvitation%2Fabc")).toBe("/invitation/abc");
  expect(nextPath("")).toBe("/account");
});

test.each([
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "/a\nb",
])("%s is no path of this site", (next) => {
  expect(nextPath(`?next=${encodeURIComponent(next)}`)).toBe("/account");
});

test("the other entry page leads to the same place", () => {
  expect(withNext("/sign-up", "?next=%2Fwatch%2Fabcd")).toBe("/sign-up?next=%2Fwatch%2Fabcd");
  expect(withNext("/sign-up", "")).toBe("/sign-up");
});
