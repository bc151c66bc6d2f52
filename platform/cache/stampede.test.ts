import { describe, expect, test } from "vitest";
import { z } from "zod";
import { forAll } from "../testing/random.ts";
import { CacheFixture } from "./testing/fixture.ts";

const schema = z.object({ number: z.number() });

/** A source that takes its time and counts how often it is asked. */
function source(fixture: CacheFixture, load_ms: number) {
  const state = { loads: 0 };
  const load = async () => {
    state.loads += 1;
    await fixture.time.sleep(load_ms);
    return { number: state.loads };
  };
  return { state, load };
}

describe("a hundred readers at once", () => {
  test.each([
    ["without tags", []],
    ["with tags that are new", ["a", "b"]],
  ])("in ten isolates load once, %s", async (_story, tags) => {
    const fixture = new CacheFixture();
    const { state, load } = source(fixture, 700);
    const isolates = Array.from({ length: 10 }, () => fixture.isolate());
    const began_ms = fixture.time.now_ms();
    const reads = isolates.flatMap(({ cache }) =>
      Array.from({ length: 10 }, () => cache.read("user", "u", load, { schema, tags })),
    );
    const values = await fixture.time.until(Promise.all(reads));
    expect(values).toEqual(Array(100).fill({ number: 1 }));
    expect(state.loads).toBe(1);
    // Who waits is answered soon after the value is there, and asks Redis a bounded number of times.
    expect(fixture.time.now_ms() - began_ms).toBeLessThan(700 + 150);
    expect(fixture.sent().length).toBeLessThan(400);
  });

  test("load once whatever the network does with the order of things", async () => {
    await forAll(100, async (random) => {
      const fixture = new CacheFixture(random.below(2 ** 31));
      fixture.wire = async (run) => {
        await fixture.time.sleep(random.below(3));
        const result = run();
        await fixture.time.sleep(random.below(3));
        return result;
      };
      const { state, load } = source(fixture, random.below(30));
      const tags = ["a", "b", "c"].slice(0, random.below(4));
      const isolates = Array.from({ length: 5 }, () => fixture.isolate());
      const reads = isolates.flatMap(({ cache }) =>
        Array.from({ length: 4 }, async () => {
          await fixture.time.sleep(random.below(10));
          return await cache.read("user", "u", load, { schema, tags });
        }),
      );
      expect(await fixture.time.until(Promise.all(reads))).toEqual(Array(20).fill({ number: 1 }));
      expect(state.loads).toBe(1);
    });
  });

  test("in one isolate cost as many commands as one, and each gets a value of its own", async () => {
    const fixture = new CacheFixture();
    const { state, load } = source(fixture, 50);
    const { cache, counts } = fixture.isolate();
    const reads = Array.from({ length: 100 }, () => cache.read("user", "u", load, { schema }));
    const values = await fixture.time.until(Promise.all(reads));
    await fixture.time.pass(100);
    expect(state.loads).toBe(1);
    expect(fixture.sent()).toEqual(["mget", "set", "set", "pexpire"]);
    expect(new Set(values).size).toBe(100);
    expect(counts.user).toEqual({ miss: 100 });
  });

  test("of a hot value that was just invalidated load once", async () => {
    const fixture = new CacheFixture();
    const { state, load } = source(fixture, 80);
    const isolates = Array.from({ length: 5 }, () => fixture.isolate());
    const options = { schema, tags: ["hot"] };
    const readAll = () =>
      fixture.time.until(
        Promise.all(isolates.map(({ cache }) => cache.read("user", "u", load, options))),
      );
    await readAll();
    await fixture.time.pass(100);
    await fixture.time.until(fixture.isolate().cache.invalidate(["hot"]));
    expect(await readAll()).toEqual(Array(5).fill({ number: 2 }));
    expect(state.loads).toBe(2);
  });

  test("of a value too large to share do not queue up for it", async () => {
    const fixture = new CacheFixture();
    const large = z.object({ text: z.string() });
    const value = { text: "x".repeat(20_000) };
    const load = async () => {
      await fixture.time.sleep(200);
      return value;
    };
    const isolates = Array.from({ length: 10 }, () => fixture.isolate());
    const began_ms = fixture.time.now_ms();
    const reads = isolates.map(({ cache }) => cache.read("user", "u", load, { schema: large }));
    expect(await fixture.time.until(Promise.all(reads))).toEqual(Array(10).fill(value));
    // Two loads, one after the other, and the look that found the mark between them.
    expect(fixture.time.now_ms() - began_ms).toBeLessThan(2 * 200 + 150);
  });

  test("of a source that fails are told so by one load in each isolate", async () => {
    const fixture = new CacheFixture();
    let loads = 0;
    const load = async () => {
      loads += 1;
      await fixture.time.sleep(100);
      throw new RangeError("down");
    };
    const isolates = Array.from({ length: 4 }, () => fixture.isolate());
    const reads = isolates.flatMap(({ cache }) =>
      Array.from({ length: 25 }, () => cache.read("user", "u", load, { schema })),
    );
    const results = await fixture.time.until(Promise.allSettled(reads));
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    expect(loads).toBeLessThanOrEqual(4);
  });
});

describe("the holder of a lease", () => {
  test("who dies is followed by another one when the lease has run out", async () => {
    const fixture = new CacheFixture();
    const dead = fixture.isolate();
    // Its request was cut off: the load never comes back.
    void dead.cache.read("user", "u", () => new Promise(() => {}), { schema });
    await fixture.time.pass(500);
    const { state, load } = source(fixture, 20);
    const isolates = Array.from({ length: 5 }, () => fixture.isolate());
    const began_ms = fixture.time.now_ms();
    const reads = isolates.map(({ cache }) => cache.read("user", "u", load, { schema }));
    expect(await fixture.time.until(Promise.all(reads))).toEqual(Array(5).fill({ number: 1 }));
    expect(state.loads).toBe(1);
    expect(fixture.time.now_ms() - began_ms).toBeLessThan(1_000);
  });

  test("who is slow is waited for so long and no longer", async () => {
    const fixture = new CacheFixture();
    const [slow, other] = [fixture.isolate(), fixture.isolate()];
    const long = source(fixture, 60_000);
    void slow.cache.read("user", "u", long.load, { schema });
    await fixture.time.pass(10);
    // Somebody always holds the lease.
    fixture.redis.plant("cache-lease:user:1:u", "held:cache:user:1:u:");
    const { state, load } = source(fixture, 20);
    const began_ms = fixture.time.now_ms();
    await fixture.time.until(other.cache.read("user", "u", load, { schema }));
    expect(state.loads).toBe(1);
    expect(fixture.time.now_ms() - began_ms).toBeLessThan(1_700);
  });

  test("in this isolate whose request was cut off is not followed for ever", async () => {
    const fixture = new CacheFixture();
    const { cache } = fixture.isolate();
    void cache.read("user", "u", () => new Promise(() => {}), { schema });
    await fixture.time.pass(10);
    const { state, load } = source(fixture, 20);
    const reads = Array.from({ length: 10 }, () => cache.read("user", "u", load, { schema }));
    expect(await fixture.time.until(Promise.all(reads))).toEqual(Array(10).fill({ number: 1 }));
    expect(state.loads).toBe(1);
  });

  test("whose tag is invalidated is not waited for", async () => {
    const fixture = new CacheFixture();
    const [one, two] = [fixture.isolate(), fixture.isolate()];
    const options = { schema, tags: ["t"] };
    const slow = source(fixture, 900);
    void one.cache.read("user", "u", slow.load, options);
    await fixture.time.pass(100);
    await fixture.time.until(two.cache.invalidate(["t"]));
    const quick = source(fixture, 20);
    const began_ms = fixture.time.now_ms();
    const reads = Array.from({ length: 5 }, () =>
      [fixture.isolate(), two].map(({ cache }) => cache.read("user", "u", quick.load, options)),
    ).flat();
    await fixture.time.until(Promise.all(reads));
    expect(quick.state.loads).toBe(1);
    expect(fixture.time.now_ms() - began_ms).toBeLessThan(150);
  });

  test("of before an invalidation is replaced by one read, and not by all", async () => {
    const fixture = new CacheFixture();
    const options = { schema, tags: ["t"] };
    void fixture.isolate().cache.read("user", "u", () => new Promise(() => {}), options);
    await fixture.time.pass(10);
    const other = fixture.isolate().cache;
    await fixture.time.until(other.invalidate(["t"]));
    // Another key gives the tag its new version.
    await fixture.time.until(other.read("user", "v", source(fixture, 1).load, options));
    const { state, load } = source(fixture, 50);
    const isolates = Array.from({ length: 10 }, () => fixture.isolate());
    const reads = isolates.map(({ cache }) => cache.read("user", "u", load, options));
    await fixture.time.until(Promise.all(reads));
    expect(state.loads).toBe(1);
  });

  test("who comes too late does not take the next one's lease away", async () => {
    const fixture = new CacheFixture();
    const { load } = source(fixture, 1_500);
    const [one, two] = [fixture.isolate(), fixture.isolate()];
    const first = one.cache.read("user", "u", load, { schema });
    await fixture.time.pass(1_100);
    const second = two.cache.read("user", "u", load, { schema });
    await fixture.time.until(first);
    await fixture.time.pass(100);
    expect(fixture.redis.get("cache-lease:user:1:u")).toBeDefined();
    await fixture.time.until(second);
  });
});
