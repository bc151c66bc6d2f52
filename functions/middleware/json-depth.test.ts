import { expect, test } from "vitest";
import { forAll, type Random } from "../../platform/testing/random.ts";
import { isDeeperThan } from "./json-depth.ts";

test("a text as deep as allowed passes, and one level more does not", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect(isDeeperThan(nested(32), 32)).toBe(false);
  expect(isDeeperThan(nested(33), 32)).toBe(true);
});

test("brackets in strings do not count, whatever is escaped around them", () => {
  expect(isDeeperThan('{"a":"[[[[","b\\"[[":"\\\\"}', 1)).toBe(false);
  expect(isDeeperThan('["\\\\",[1]]', 1)).toBe(true);
});

test("siblings do not add up", () => {
  expect(isDeeperThan(`[${"[],".repeat(100)}[]]`, 2)).toBe(false);
});

test("a hostile text of a million brackets is answered", () => {
  expect(isDeeperThan("[".repeat(1_000_000), 32)).toBe(true);
});

test("it agrees with the depth of the parsed value", async () => {
  await forAll(500, (random) => {
    const value = someValue(random, 6);
    const depth = depthOf(value);
    const text = JSON.stringify(value);
    expect(isDeeperThan(text, depth)).toBe(false);
    if (depth > 0) expect(isDeeperThan(text, depth - 1)).toBe(true);
  });
});

function someValue(random: Random, depth_max: number): unknown {
  const kind = depth_max === 0 ? 0 : random.below(3);
  const inner = () => someValue(random, depth_max - 1);
  if (kind === 1) return Array.from({ length: random.below(3) }, inner);
  if (kind === 2)
    return Object.fromEntries(
      Array.from({ length: random.below(3) }, () => [random.text(5), inner()]),
    );
  return random.pick([1, null, "[", '{"', random.text(6)]);
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
