import { expect, test } from "vitest";
import { forAll } from "../../platform/testing/random.ts";
import { rangeOf } from "./range.ts";

test.each([
  ["bytes=0-9", { first: 0, last: 9 }],
  ["bytes=10-", { first: 10, last: 99 }],
  ["bytes=90-500", { first: 90, last: 99 }],
  ["bytes=-10", { first: 90, last: 99 }],
  ["bytes=-500", { first: 0, last: 99 }],
  ["BYTES= 5-5 ", { first: 5, last: 5 }],
])("%s of a file of 100 bytes", (header, range) => {
  expect(rangeOf(header, 100)).toEqual(range);
});

test.each(["bytes=100-", "bytes=200-300", "bytes=-0"])("%s cannot be satisfied", (header) => {
  expect(rangeOf(header, 100)).toBe("unsatisfiable");
});

test.each([
  undefined,
  "",
  "bytes=",
  "bytes=-",
  "bytes=9-3",
  "bytes=0-1,5-6",
  "lines=0-1",
  "bytes=a-b",
  "bytes=0x1-2",
])("%s is answered with the whole file", (header) => {
  expect(rangeOf(header, 100)).toBe("whole");
});

test("whatever is asked, a range lies inside the file", async () => {
  await forAll(1_000, (random) => {
    const size = random.below(50);
    const number = () => random.pick(["", String(random.below(60)), random.text(3)]);
    const range = rangeOf(`${random.pick(["bytes=", "bytes"])}${number()}-${number()}`, size);
    if (typeof range === "string") return;
    expect(range.first).toBeGreaterThanOrEqual(0);
    expect(range.last).toBeGreaterThanOrEqual(range.first);
    expect(range.last).toBeLessThan(size);
  });
});
