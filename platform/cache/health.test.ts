import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createHealth } from "./health.ts";
import { CacheFixture } from "./testing/fixture.ts";
import { VirtualTime } from "./testing/virtual-time.ts";

const options = { failures_max: 3, rest_ms: { first: 1_000, last: 4_000 }, distrust_ms: 500 };

function health(random = () => 1) {
  const time = new VirtualTime();
  return { time, health: createHealth({ ...options, timer: time, random }) };
}

describe("the circuit breaker", () => {
  test("lets Redis rest after failures in a row, and not before", () => {
    const { health: of } = health();
    for (let count = 0; count < 2; count += 1) of.failed();
    of.succeeded();
    for (let count = 0; count < 2; count += 1) of.failed();
    expect(of.admits()).toBe(true);
    of.failed();
    expect(of.admits()).toBe(false);
  });

  test("admits one try after a rest, and everybody when that succeeds", async () => {
    const { time, health: of } = health();
    for (let count = 0; count < 3; count += 1) of.failed();
    await time.pass(1_000);
    expect([of.admits(), of.admits(), of.admits()]).toEqual([true, false, false]);
    of.succeeded();
    expect([of.admits(), of.admits()]).toEqual([true, true]);
  });

  test("rests twice as long after each try that fails, up to a limit", async () => {
    const { time, health: of } = health();
    for (let count = 0; count < 3; count += 1) of.failed();
    for (const rest_ms of [1_000, 2_000, 4_000, 4_000, 4_000]) {
      await time.pass(rest_ms - 1);
      expect(of.admits()).toBe(false);
      await time.pass(1);
      expect(of.admits()).toBe(true);
      of.failed();
    }
  });

  test("admits another try when no word came of the last one", async () => {
    const { time, health: of } = health();
    for (let count = 0; count < 3; count += 1) of.failed();
    await time.pass(1_000);
    expect(of.admits()).toBe(true);
    await time.pass(2_000);
    expect(of.admits()).toBe(true);
  });

  test("is not kept open longer by requests that were under way when it opened", async () => {
    const { time, health: of } = health();
    for (let count = 0; count < 100; count += 1) of.failed();
    await time.pass(1_000);
    expect(of.admits()).toBe(true);
  });

  test("rests between half and all of its time, as chance has it", async () => {
    const { time, health: of } = health(() => 0);
    for (let count = 0; count < 3; count += 1) of.failed();
    await time.pass(500);
    expect(of.admits()).toBe(true);
  });
});

test("a lease is not believed in for a while after a failure", async () => {
  const { time, health: of } = health();
  expect(of.trusts()).toBe(true);
  of.abandoned();
  expect([of.trusts(), of.admits()]).toEqual([false, true]);
  await time.pass(500);
  expect(of.trusts()).toBe(true);
});

test("an isolate whose Redis is gone pays the deadline a few times, and then asks rarely", async () => {
  const fixture = new CacheFixture();
  const { cache, counts } = fixture.isolate();
  fixture.wire = () => new Promise(() => {});
  const schema = z.object({ number: z.number() });
  let delayed = 0;
  for (let number = 0; number < 1_000; number += 1) {
    const began_ms = fixture.time.now_ms();
    await fixture.time.until(cache.read("user", `${number}`, async () => ({ number }), { schema }));
    if (fixture.time.now_ms() > began_ms) delayed += 1;
    await fixture.time.pass(10);
  }
  // Five at first, and one after each of the rests in ten seconds.
  expect(delayed).toBeLessThanOrEqual(5 + 5);
  expect(fixture.sent()).toHaveLength(delayed);
  expect(counts.user).toEqual({ error: delayed, bypass: 1_000 - delayed });
});
