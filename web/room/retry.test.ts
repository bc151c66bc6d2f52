import { expect, it } from "vitest";
import { retries_max, retryDelay_ms } from "./retry.ts";

it("the first retry comes within half a second", () => {
  expect(retryDelay_ms(1, 0)).toBe(250);
  expect(retryDelay_ms(1, 0.999)).toBeLessThanOrEqual(500);
});

it("retries wait longer and longer, up to a bound", () => {
  const delays_ms = Array.from({ length: retries_max }, (_, index) =>
    retryDelay_ms(index + 1, 0.5),
  );
  expect(delays_ms).toEqual([...delays_ms].sort((a, b) => a - b));
  expect(Math.max(...delays_ms)).toBeLessThanOrEqual(15_000);
});

it("pages that fail together come back apart", () => {
  const delays_ms = [0, 0.25, 0.5, 0.75].map((random) => retryDelay_ms(5, random));
  expect(new Set(delays_ms).size).toBe(4);
});
