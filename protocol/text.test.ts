import { expect, test } from "vitest";
import { lineOf } from "./text.ts";

const line = lineOf(5);

test("a line is trimmed before it is measured", () => {
  expect(line.parse("  abcde  ")).toBe("abcde");
});

test("letters of every script and whole emoji are ordinary", () => {
  expect(line.parse("é文😀ی")).toBe("é文😀ی");
});

test.each([
  ["empty", ""],
  ["blank", "   "],
  ["too long", "abcdef"],
  ["a NUL", "a\u0000b"],
  ["a line break", "a\nb"],
  ["half a surrogate pair", "a\ud800"],
  ["a mark that reorders text", "a\u202eb"],
])("%s is refused", (_what, text) => {
  expect(line.safeParse(text).success).toBe(false);
});
