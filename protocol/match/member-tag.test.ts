import { expect, test } from "vitest";
import { memberTag, packTags, unpackTags } from "./member-tag.ts";

const ids = Array.from({ length: 20_000 }, (_, number) => `member-${number}`);

test("a tag is four characters that stay the same for ever", () => {
  // These stand in tokens and in storage: another result would forget everybody's blocks.
  expect(["", "ann", "bob"].map(memberTag)).toEqual(["LwnP", "lLTl", "WhOW"]);
  for (const id of ids.slice(0, 100)) expect(memberTag(id)).toMatch(/^[A-Za-z0-9_-]{4}$/);
});

test("tags of many people are almost all different", () => {
  // Of 20,000 among 16.7 million, 12 pairs are to be expected.
  expect(new Set(ids.map(memberTag)).size).toBeGreaterThan(ids.length - 40);
});

test("what was packed comes back in order", () => {
  const some = ids.slice(0, 10);
  expect(unpackTags(packTags(some))).toEqual(some.map(memberTag));
  expect(unpackTags("")).toEqual([]);
});
