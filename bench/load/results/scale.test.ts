import { expect, test } from "vitest";
import { forAll } from "../../../platform/testing/random.ts";
import { scaleTo, shortNumber } from "./scale.ts";

test.each([
  [7, [0, 2, 4, 6, 8]],
  [100, [0, 20, 40, 60, 80, 100]],
  [0.3, [0, 0.1, 0.2, 0.3]],
  [0, [0, 1]],
])("a scale to %d has the ticks %j", (greatest, ticks) => {
  expect(scaleTo(greatest).ticks).toEqual(ticks);
});

test("every scale begins at zero, reaches its value, and wastes less than half", async () => {
  await forAll(300, (random) => {
    const greatest = 10 ** (random.next() * 12 - 6);
    const { max, ticks } = scaleTo(greatest);
    expect(ticks[0]).toBe(0);
    expect(max).toBeGreaterThanOrEqual(greatest * 0.999_999);
    expect(max).toBeLessThan(greatest * 2);
    expect(ticks.length).toBeLessThanOrEqual(6);
  });
});

test.each([
  [0.123_456, "0.123"],
  [12.345, "12.3"],
  [1_234_567.8, "1,234,568"],
  [0, "0"],
])("%d is written %s", (value, text) => {
  expect(shortNumber(value)).toBe(text);
});
