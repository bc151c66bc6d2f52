import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CacheFixture } from "./testing/fixture.ts";

const page = z.object({ title: z.string() });
const never = () => Promise.reject(new Error("must not be loaded"));
const loading = (title: string) => async () => ({ title });

describe("a value", () => {
  test("is loaded once, and then comes from Redis by one command", async () => {
    const fixture = new CacheFixture();
    const { cache, counts } = fixture.isolate();
    const first = cache.read("galleryPage", "p1", loading("cats"), { schema: page });
    expect(await fixture.time.until(first)).toEqual({ title: "cats" });
    await fixture.time.pass(100);
    expect(fixture.sent()).toEqual(["mget", "set", "set", "pexpire"]);
    const second = cache.read("galleryPage", "p1", never, { schema: page });
    expect(await fixture.time.until(second)).toEqual({ title: "cats" });
    await fixture.time.pass(100);
    expect(fixture.sent()).toEqual(["mget"]);
    expect(counts.galleryPage).toEqual({ miss: 1, hit: 1 });
  });

  test("with tags is a hit by one command, too", async () => {
    const fixture = new CacheFixture();
    const { cache, counts } = fixture.isolate();
    const options = { schema: page, tags: ["seller:1", "design:2"] };
    await fixture.time.until(cache.read("galleryPage", "p1", loading("cats"), options));
    await fixture.time.pass(100);
    fixture.sent();
    await fixture.time.until(cache.read("galleryPage", "p1", never, options));
    expect(fixture.sent()).toEqual(["mget"]);
    expect(counts.galleryPage).toEqual({ miss: 1, hit: 1 });
  });

  test("is answered before it is kept", async () => {
    const fixture = new CacheFixture();
    const { cache, background } = fixture.isolate();
    await fixture.time.until(cache.read("user", "u", loading("x"), { schema: page }));
    expect(fixture.redis.get("cache:user:1:u")).toBeUndefined();
    await fixture.time.until(Promise.all(background));
    expect(fixture.redis.get("cache:user:1:u")).toContain('"x"');
  });

  test("ends after its time, give or take a tenth, and takes its lease with it", async () => {
    const fixture = new CacheFixture();
    const { cache } = fixture.isolate();
    for (const key of ["a", "b", "c", "d"])
      await fixture.time.until(cache.read("user", key, loading(key), { schema: page }));
    await fixture.time.pass(10);
    const lives_ms = ["a", "b", "c", "d"].map((key) =>
      fixture.redis.life_ms(`cache:user:1:${key}`),
    );
    const [ttl_ms, stale_ms] = [30 * 60_000, 5 * 60_000];
    for (const life_ms of lives_ms) {
      expect(life_ms).toBeLessThanOrEqual(ttl_ms + stale_ms);
      expect(life_ms).toBeGreaterThan(ttl_ms * 0.89 + stale_ms);
    }
    expect(new Set(lives_ms).size).toBe(4);
    await fixture.time.pass(100);
    expect(fixture.redis.keys().filter((key) => key.startsWith("cache-lease:"))).toEqual([]);
  });

  test("whose load throws is an error for its reader and nothing for the next one", async () => {
    const fixture = new CacheFixture();
    const { cache, counts } = fixture.isolate();
    const failing = cache.read("user", "u", () => Promise.reject(new RangeError("no")), {
      schema: page,
    });
    await expect(fixture.time.until(failing)).rejects.toThrow(RangeError);
    await fixture.time.pass(2_000);
    const next = cache.read("user", "u", loading("back"), { schema: page });
    expect(await fixture.time.until(next)).toEqual({ title: "back" });
    expect(counts.user).toEqual({ miss: 2 });
  });

  test("of an older version of its cache is not read", async () => {
    const fixture = new CacheFixture();
    const { cache } = fixture.isolate();
    fixture.redis.plant("cache:user:0:u", '{"content":{"type":"value","value":{"title":"old"}}}');
    const read = cache.read("user", "u", loading("new"), { schema: page });
    expect(await fixture.time.until(read)).toEqual({ title: "new" });
  });
});

describe("a value past its time", () => {
  test("is shown while one read fetches it anew, and then the new one is", async () => {
    const fixture = new CacheFixture();
    const { cache, counts, background } = fixture.isolate();
    await fixture.time.until(cache.read("galleryPage", "p", loading("old"), { schema: page }));
    await fixture.time.pass(61_000);
    fixture.sent();
    let loads = 0;
    const load = async () => {
      loads += 1;
      await fixture.time.sleep(300);
      return { title: "new" };
    };
    const reads = Array.from({ length: 20 }, () =>
      cache.read("galleryPage", "p", load, { schema: page }),
    );
    const before_ms = fixture.time.now_ms();
    const shown = await fixture.time.until(Promise.all(reads));
    expect(new Set(shown.map((value) => value?.title))).toEqual(new Set(["old"]));
    expect(fixture.time.now_ms() - before_ms).toBe(fixture.latency_ms);
    await fixture.time.until(Promise.all(background));
    expect(loads).toBe(1);
    expect(fixture.sent()).toEqual(["mget", "set", "set", "pexpire"]);
    const after = cache.read("galleryPage", "p", never, { schema: page });
    expect(await fixture.time.until(after)).toEqual({ title: "new" });
    expect(counts.galleryPage).toEqual({ miss: 1, stale: 20, hit: 1 });
  });

  test("is still shown when fetching it anew fails, and the source is then left alone", async () => {
    const fixture = new CacheFixture();
    const { cache, background } = fixture.isolate();
    await fixture.time.until(cache.read("galleryPage", "p", loading("old"), { schema: page }));
    await fixture.time.pass(61_000);
    let loads = 0;
    const load = () => {
      loads += 1;
      return Promise.reject(new Error("down"));
    };
    for (let count = 0; count < 5; count += 1) {
      const read = cache.read("galleryPage", "p", load, { schema: page });
      expect(await fixture.time.until(read)).toEqual({ title: "old" });
      await fixture.time.until(Promise.all(background));
    }
    expect(loads).toBe(1);
  });

  test("is not shown by a cache that shows none", async () => {
    const fixture = new CacheFixture();
    const { cache } = fixture.isolate();
    const expiresAt_ms = () => fixture.time.now_ms() + 30_000;
    const options = { schema: page, expiresAt_ms };
    await fixture.time.until(cache.read("session", "s", loading("mine"), options));
    await fixture.time.pass(20_000);
    expect(await fixture.time.until(cache.read("session", "s", never, options))).toBeDefined();
    await fixture.time.pass(10_001);
    const ended = cache.read("session", "s", async () => undefined, options);
    expect(await fixture.time.until(ended)).toBeUndefined();
  });
});

describe("what does not exist", () => {
  test("is remembered for its own time", async () => {
    const fixture = new CacheFixture();
    const { cache, counts } = fixture.isolate();
    let loads = 0;
    const load = async () => {
      loads += 1;
      return undefined;
    };
    const read = () =>
      fixture.time.until(cache.read("roomDirectory", "gone", load, { schema: page }));
    expect(await read()).toBeUndefined();
    await fixture.time.pass(100);
    expect(await read()).toBeUndefined();
    expect(loads).toBe(1);
    await fixture.time.pass(5_000);
    expect(await read()).toBeUndefined();
    expect(loads).toBe(2);
    expect(counts.roomDirectory).toEqual({ miss: 2, hit: 1 });
  });

  test("is not remembered by a cache that remembers none", async () => {
    const fixture = new CacheFixture();
    const { cache } = fixture.isolate();
    const options = { schema: page, expiresAt_ms: () => fixture.time.now_ms() + 60_000 };
    await fixture.time.until(cache.read("session", "s", async () => undefined, options));
    await fixture.time.pass(2_000);
    const read = cache.read("session", "s", loading("signed in"), options);
    expect(await fixture.time.until(read)).toEqual({ title: "signed in" });
  });
});

describe("a tag", () => {
  const options = { schema: page, tags: ["seller:1"] };

  test("that is invalidated makes all its entries misses at once, in every isolate", async () => {
    const fixture = new CacheFixture();
    const [one, two] = [fixture.isolate(), fixture.isolate()];
    const read = (key: string, title: string) =>
      fixture.time.until(two.cache.read("galleryPage", key, loading(title), options));
    await read("p1", "old");
    await read("p2", "old");
    await fixture.time.pass(100);
    fixture.sent();
    expect(await fixture.time.until(one.cache.invalidate(["seller:1"]))).toBe(true);
    expect(fixture.sent()).toEqual(["del"]);
    expect(await read("p1", "new")).toEqual({ title: "new" });
    expect(await read("p2", "new")).toEqual({ title: "new" });
  });

  test("takes the entries of several caches with it, and leaves others alone", async () => {
    const fixture = new CacheFixture();
    const { cache } = fixture.isolate();
    const both = { schema: page, tags: ["user:7", "seller:1"] };
    await fixture.time.until(cache.read("user", "7", loading("old"), both));
    await fixture.time.until(cache.read("business", "b", loading("kept"), options));
    await fixture.time.pass(100);
    await fixture.time.until(cache.invalidate(["user:7"]));
    const user = cache.read("user", "7", loading("new"), both);
    expect(await fixture.time.until(user)).toEqual({ title: "new" });
    const business = cache.read("business", "b", never, options);
    expect(await fixture.time.until(business)).toEqual({ title: "kept" });
  });

  test("means the same in whatever order it is named", async () => {
    const fixture = new CacheFixture();
    const { cache } = fixture.isolate();
    const read = (tags: string[], load: () => Promise<{ title: string }>) =>
      fixture.time.until(cache.read("user", "u", load, { schema: page, tags }));
    await read(["a", "b", "a"], loading("x"));
    await fixture.time.pass(100);
    expect(await read(["b", "a"], never)).toEqual({ title: "x" });
  });

  test("invalidated while a value is loaded keeps that value from ever being shown again", async () => {
    const fixture = new CacheFixture();
    const [one, two] = [fixture.isolate(), fixture.isolate()];
    let source = "old";
    const load = async () => {
      const title = source;
      await fixture.time.sleep(200);
      return { title };
    };
    const slow = one.cache.read("user", "u", load, options);
    await fixture.time.pass(50);
    source = "new";
    await fixture.time.until(two.cache.invalidate(["seller:1"]));
    const reads = [one, two, one, two].map(({ cache }) => cache.read("user", "u", load, options));
    const shown = await fixture.time.until(Promise.all(reads));
    expect(shown.map((value) => value?.title)).toEqual(["new", "new", "new", "new"]);
    await fixture.time.until(slow);
    await fixture.time.pass(1_000);
    const later = one.cache.read("user", "u", load, options);
    expect((await fixture.time.until(later))?.title).toBe("new");
  });

  test("that Redis has lost takes its entries with it", async () => {
    const fixture = new CacheFixture();
    const { cache } = fixture.isolate();
    await fixture.time.until(cache.read("user", "u", loading("old"), options));
    await fixture.time.pass(100);
    fixture.redis.run(["del", "cache-tag:seller:1"]);
    const read = cache.read("user", "u", loading("new"), options);
    expect(await fixture.time.until(read)).toEqual({ title: "new" });
  });
});

describe("an entry that is not right", () => {
  const entry = (content: unknown, more: object = {}) =>
    JSON.stringify({
      key: "cache:user:1:u",
      versions: [],
      freshUntil_ms: 1_760_000_060_000,
      content,
      ...more,
    });
  const value = { type: "value", value: { title: "planted" } };

  test("is told from one that is", async () => {
    const fixture = new CacheFixture();
    fixture.redis.plant("cache:user:1:u", entry(value));
    const read = fixture.isolate().cache.read("user", "u", never, { schema: page });
    expect(await fixture.time.until(read)).toEqual({ title: "planted" });
  });

  test.each([
    ["no JSON", "}{"],
    ["empty", ""],
    ["a number", "17"],
    ["null", "null"],
    ["of another shape", '{"title":"cats"}'],
    ["without its value", entry({ type: "value" })],
    ["with a value of an old shape", entry({ type: "value", value: { name: "cats" } })],
    ["of another key", entry(value, { key: "cache:user:1:v" })],
    ["of an unknown kind", entry({ type: "maybe" })],
    ["under tags it does not have", entry(value, { versions: ["t1"] })],
    ["fresh for ever", entry(value, { freshUntil_ms: 9_999_999_999_999 })],
    ["fresh until something", entry(value, { freshUntil_ms: "soon" })],
    ["long past its time", entry(value, { freshUntil_ms: 1_750_000_000_000 })],
    ["a nothing past its time", entry({ type: "absent" }, { freshUntil_ms: 1_759_999_999_999 })],
  ])("is a miss and no error: %s", async (_story, planted) => {
    const fixture = new CacheFixture();
    const { cache, counts } = fixture.isolate();
    fixture.redis.plant("cache:user:1:u", planted);
    const read = cache.read("user", "u", loading("right"), { schema: page });
    expect(await fixture.time.until(read)).toEqual({ title: "right" });
    expect(counts.user).toEqual({ miss: 1 });
  });
});

describe("a value that cannot be kept", () => {
  test("is right all the same, and counted as going past the cache", async () => {
    const fixture = new CacheFixture();
    const { cache, counts } = fixture.isolate();
    const large = { title: "é".repeat(9 * 1024) };
    for (let count = 0; count < 3; count += 1) {
      const read = cache.read("user", "u", async () => large, { schema: page });
      expect(await fixture.time.until(read)).toEqual(large);
      await fixture.time.pass(100);
    }
    expect(counts.user).toEqual({ bypass: 3 });
    // The second and third know that it is not kept, and ask for no lease.
    expect(fixture.sent()).toEqual(["mget", "set", "set", "pexpire", "mget", "mget"]);
    expect(fixture.redis.get("cache:user:1:u")).not.toContain("é");
  });

  test("because JSON would change it is never shown changed", async () => {
    const fixture = new CacheFixture();
    const { cache } = fixture.isolate();
    const schema = z.object({ score: z.number() });
    for (let count = 0; count < 2; count += 1) {
      const read = cache.read("statistics", "s", async () => ({ score: Number.NaN }), { schema });
      expect(await fixture.time.until(read)).toEqual({ score: Number.NaN });
      await fixture.time.pass(100);
    }
  });

  test("because its key or its tags are beyond the limits costs no command", async () => {
    const fixture = new CacheFixture();
    const { cache, counts } = fixture.isolate();
    const long = "k".repeat(201);
    await cache.read("user", long, loading("x"), { schema: page });
    await cache.read("user", "u", loading("x"), { schema: page, tags: [long] });
    const tags = Array.from({ length: 9 }, (_, index) => `t${index}`);
    await cache.read("user", "u", loading("x"), { schema: page, tags });
    expect(fixture.sent()).toEqual([]);
    expect(counts.user).toEqual({ bypass: 3 });
    expect(await cache.invalidate([long])).toBe(true);
    expect(fixture.sent()).toEqual([]);
  });
});
