import { expect, test } from "vitest";
import { FakeCloud } from "./fake-cloud.ts";

test("files that come after hear nothing of it: the real fetch is back, though two were made", () => {
  const real = globalThis.fetch;
  new FakeCloud();
  const second = new FakeCloud();
  expect(globalThis.fetch).not.toBe(real);
  second.stop();
  expect(globalThis.fetch).toBe(real);
});
