import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defaultCacheTimes } from "./limits.ts";
import { CacheFixture } from "./testing/fixture.ts";

const schema = z.object({ title: z.string() });
const options = { schema, tags: ["t"] };

/** A source that is read at the beginning of a load, as a query is. */
function source(fixture: CacheFixture, load_ms: number) {
  const state = { title: "old", loads: 0 };
  const load = async () => {
    const { title } = state;
    state.loads += 1;
    await fixture.time.sleep(load_ms);
    return { title };
  };
  return { state, load };
}

/** Gives each request in turn its time there and back; those beyond the list take one and one. */
function timed(fixture: CacheFixture, times_ms: readonly (readonly [number, number])[]) {
  const left = [...times_ms];
  fixture.wire = async (run) => {
    const [there_ms, back_ms] = left.shift() ?? [1, 1];
    await fixture.time.sleep(there_ms);
    const result = run();
    await fixture.time.sleep(back_ms);
    return result;
  };
}

describe("a read that begins after an invalidation was confirmed", () => {
  test("does not join a look that was answered before it", async () => {
    const fixture = new CacheFixture();
    const { time } = fixture;
    const [one, two] = [fixture.isolate(), fixture.isolate()];
    const { state, load } = source(fixture, 5);
    await time.until(two.cache.read("user", "u", load, options));
    await time.pass(100);
    timed(fixture, [[1, 30]]);
    const early = two.cache.read("user", "u", load, options);
    await time.pass(5);
    state.title = "new";
    expect(await time.until(one.cache.invalidate(["t"]))).toBe(true);
    const after = two.cache.read("user", "u", load, options);
    expect(await time.until(after)).toEqual({ title: "new" });
    expect(await time.until(early)).toEqual({ title: "old" });
  });

  test("does not join a load under versions that another read's claim found", async () => {
    const fixture = new CacheFixture();
    const { time } = fixture;
    const [one, two] = [fixture.isolate(), fixture.isolate()];
    const { state, load } = source(fixture, 200);
    // The second look is answered when the first read has claimed and loads; its own claim is slow.
    timed(fixture, [
      [1, 1],
      [1, 9],
      [1, 1],
      [1, 25],
    ]);
    const loading = [1, 2].map(() => two.cache.read("user", "u", load, options));
    await time.pass(12);
    expect(state.loads).toBe(1);
    state.title = "new";
    expect(await time.until(one.cache.invalidate(["t"]))).toBe(true);
    const after = two.cache.read("user", "u", load, options);
    expect(await time.until(after)).toEqual({ title: "new" });
    await time.until(Promise.all(loading));
  });

  test("does not join a load that goes without Redis", async () => {
    const fixture = new CacheFixture();
    const { time } = fixture;
    const { cache } = fixture.isolate();
    const { state, load } = source(fixture, 100);
    fixture.wire = () => Promise.reject(new TypeError("network"));
    const early = cache.read("user", "u", load, options);
    await time.pass(50);
    state.title = "new";
    expect(await time.until(cache.read("user", "u", load, options))).toEqual({ title: "new" });
    expect(await time.until(early)).toEqual({ title: "old" });
  });
});

test("an isolate that could not have an invalidation confirmed does not join its own old load", async () => {
  const fixture = new CacheFixture();
  const { time } = fixture;
  const { cache } = fixture.isolate();
  const { state, load } = source(fixture, 300);
  const early = cache.read("user", "u", load, options);
  await time.pass(50);
  state.title = "new";
  fixture.wire = (run, commands) =>
    commands[0]?.[0] === "del" ? Promise.reject(new TypeError("network")) : fixture.plain(run);
  expect(await time.until(cache.invalidate(["t"]))).toBe(false);
  expect(await time.until(cache.read("user", "u", load, options))).toEqual({ title: "new" });
  await time.until(early);
});

test("an invalidation that was not confirmed is tried again until it is", async () => {
  const fixture = new CacheFixture();
  const { time } = fixture;
  const [one, two] = [fixture.isolate(), fixture.isolate()];
  const { state, load } = source(fixture, 5);
  await time.until(two.cache.read("user", "u", load, options));
  await time.pass(100);
  fixture.wire = () => Promise.reject(new TypeError("network"));
  state.title = "new";
  expect(await time.until(one.cache.invalidate(["t"]))).toBe(false);
  await time.pass(600);
  fixture.wire = (run) => fixture.plain(run);
  await time.until(Promise.all(one.background));
  expect(await time.until(two.cache.read("user", "u", load, options))).toEqual({ title: "new" });
});

describe("reads that go without Redis", () => {
  test("share one load when they have no tags", async () => {
    const fixture = new CacheFixture();
    const { cache, counts } = fixture.isolate();
    const { state, load } = source(fixture, 50);
    fixture.wire = () => Promise.reject(new TypeError("network"));
    const reads = Array.from({ length: 50 }, () => cache.read("user", "u", load, { schema }));
    await fixture.time.until(Promise.all(reads));
    expect(state.loads).toBe(1);
    expect(counts.user).toEqual({ error: 50 });
    // They shared the look, too.
    expect(fixture.sent()).toEqual(["mget"]);
  });
});

test("a value on its way to Redis is had from its isolate", async () => {
  const fixture = new CacheFixture();
  const { time } = fixture;
  const { cache } = fixture.isolate();
  const { state, load } = source(fixture, 5);
  timed(fixture, [
    [1, 1],
    [1, 1],
    [800, 1],
  ]);
  await time.until(cache.read("user", "u", load, { schema }));
  const began_ms = time.now_ms();
  await time.until(cache.read("user", "u", load, { schema }));
  expect(state.loads).toBe(1);
  expect(time.now_ms() - began_ms).toBe(2);
});

describe("a read is late by no more than its budget", () => {
  const late_ms = defaultCacheTimes.redis_ms + 5;

  test("when it joins a read whose claim hangs", async () => {
    const fixture = new CacheFixture();
    const { time } = fixture;
    const { cache } = fixture.isolate();
    const { load } = source(fixture, 5);
    // So that the tag has a version, and reads of its keys know what they want.
    await time.until(cache.read("user", "other", load, options));
    await time.pass(100);
    timed(fixture, [
      [15, 16],
      [1, 1],
      [5_000, 1],
    ]);
    const began_ms = time.now_ms();
    const slow = cache.read("user", "u", load, options);
    await time.pass(20);
    void cache.read("user", "u", load, options);
    await time.until(slow);
    expect(time.now_ms() - began_ms).toBeLessThanOrEqual(late_ms);
  });

  test("when somebody else was faster, and Redis then hangs", async () => {
    const fixture = new CacheFixture();
    const { time } = fixture;
    const [one, two] = [fixture.isolate(), fixture.isolate()];
    const { load } = source(fixture, 5);
    timed(fixture, [
      [1, 1],
      [1, 1],
      [1, 5_000],
      [15, 15],
      [5_000, 1],
    ]);
    void one.cache.read("user", "u", () => new Promise(() => {}), { schema });
    const began_ms = time.now_ms();
    await time.until(two.cache.read("user", "u", load, { schema }));
    expect(time.now_ms() - began_ms).toBeLessThanOrEqual(late_ms);
  });
});
