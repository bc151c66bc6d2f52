import { expect, test } from "vitest";
import { fullBucket, takeToken } from "./bucket.ts";

const rate = { messages_per_s: 10, messages_burst: 3 };

/** Takes one token at each moment and says how long each had to wait. */
function waits_ms(moments_ms: readonly number[]): number[] {
  let bucket = fullBucket(rate, moments_ms[0] ?? 0);
  return moments_ms.map((now_ms) => {
    const taken = takeToken(bucket, rate, now_ms);
    bucket = taken.bucket;
    return taken.retryAfter_ms;
  });
}

test("a burst passes, and what comes after it waits until the bucket has refilled", () => {
  expect(waits_ms([0, 0, 0, 0, 100, 100])).toEqual([0, 0, 0, 100, 0, 100]);
});

test("a bucket never holds more than its burst, however long nothing came", () => {
  expect(waits_ms([0, 60_000, 60_000, 60_000, 60_000])).toEqual([0, 0, 0, 0, 100]);
});

test("a clock that steps back takes no tokens away", () => {
  expect(waits_ms([1000, 500, 500, 500])).toEqual([0, 0, 0, 100]);
});
