import { describe, expect, test } from "vitest";
import { completed, mentionAt } from "./mention.ts";

describe("a mention being written", () => {
  test.each([
    ["@", 1, ""],
    ["hi @an", 6, "an"],
    ["hi @an and", 6, "an"],
    ["(@ann lee", 9, "ann lee"],
  ])("in %j with the caret at %i is %j", (text, caret, typed) => {
    expect(mentionAt(text, caret)?.typed).toBe(typed);
  });

  test.each([
    ["ann@example", 11],
    ["@ ann", 5],
    ["hi", 2],
    ["@ann", 0],
    [`@${"x".repeat(60)}`, 61],
  ])("is not there in %j with the caret at %i", (text, caret) => {
    expect(mentionAt(text, caret)).toBeNull();
  });

  test("is written out in its place, and what follows is kept", () => {
    const mention = mentionAt("hi @an how are you", 6);
    expect(mention && completed("hi @an how are you", mention, "Ann")).toEqual({
      text: "hi @Ann how are you",
      caret: 8,
    });
  });
});
