import { expect, test } from "vitest";
import { createAdmission } from "./admission.ts";

const mebibyte = 1024 * 1024;

test("the bodies of all requests share 256 MiB, and a finished one gives its share back", () => {
  const admission = createAdmission();
  const first = admission.enter();
  const second = admission.enter();
  first.holdBytes(200 * mebibyte);
  second.holdBytes(56 * mebibyte);
  expect(() => second.holdBytes(1)).toThrow(/max concurrent connections/);
  first.release();
  second.holdBytes(200 * mebibyte);
});

test("two thousand requests may be under way, and one more when one has ended", () => {
  const admission = createAdmission();
  const places = Array.from({ length: 2_000 }, () => admission.enter());
  expect(() => admission.enter()).toThrow(/max concurrent connections/);
  places[0]?.release();
  admission.enter();
});
