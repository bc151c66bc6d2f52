import { expect, test } from "vitest";
import { jsonText, plainLine } from "./json.ts";

test.each([null, 0, "", "é😀", { a: [1, { b: "\\u0000 as text" }] }, "\\"])(
  "%j is kept as JSON",
  (value) => {
    expect(jsonText(value, 1_000)).toEqual({ type: "text", text: JSON.stringify(value) });
  },
);

test.each([
  ["a NUL", "a\u0000b"],
  ["a NUL behind a backslash", "\\\u0000"],
  ["a NUL in a key", { "\u0000": 1 }],
  ["half a character", "\ud83d"],
  ["the other half", ["\ude00"]],
])("%s is refused, because Postgres would refuse it", (_what, value) => {
  expect(jsonText(value, 1_000).type).toBe("invalid");
});

test("what is no JSON is refused", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const value of [undefined, () => 1, 1n, circle])
    expect(jsonText(value, 1_000).type).toBe("invalid");
});

test("length is counted in bytes", () => {
  expect(jsonText("é".repeat(10), 22).type).toBe("text");
  expect(jsonText("é".repeat(10), 21).type).toBe("too_large");
});

test("a line for people has no control characters and ends with a whole character", () => {
  expect(plainLine("one\n\u0000two\ttime", 100)).toBe("one two time");
  expect(plainLine("ab😀", 3)).toBe("ab");
});
