import { setTimeout as sleep } from "node:timers/promises";
import { Redis as DirectRedis } from "ioredis";
import { expect, test } from "vitest";
import { z } from "zod";
import { type CacheTimes, defaultCacheTimes } from "../../platform/cache/limits.ts";
import { isolateOn } from "../../platform/cache/testing/isolate-on.ts";
import { systemTimer } from "../../platform/cache/time.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import { onEveryEngine, until } from "./upstash-engines.ts";

const schema = z.object({ title: z.string() });
const tagged = { schema, tags: ["seller:1", "design:2"] };
const never = () => Promise.reject(new Error("must not be loaded"));
/** So patient that a machine may be as busy as it likes; only the death of a holder is to take less. */
const patient: CacheTimes = {
  ...defaultCacheTimes,
  redis_ms: 10_000,
  background_ms: 10_000,
  lease_ms: 10_000,
  leaseLinger_ms: 10_000,
  wait_ms: 20_000,
  follow_ms: 20_000,
};

/** A source that takes its time, reads at its beginning, and counts how often it is asked. */
function source(title: string, load_ms = 20) {
  const state = { title, loads: 0 };
  const load = async () => {
    state.loads += 1;
    const now = state.title;
    await sleep(load_ms);
    return { title: now };
  };
  return { state, load };
}

onEveryEngine("the cache", (gateway) => {
  const seed = Number(process.env.SEED) || Date.now() % 2_147_483_647;
  const random = seededRandom(seed).next;
  console.info(`cache contract on ${gateway.engine}: SEED=${seed}`);
  /** @param ahead_ms by how much its clock is fast */
  const isolate = (ahead_ms = 0, times = patient) => {
    const { restUrl: url, token } = gateway.info();
    const timer = { ...systemTimer, now_ms: () => Date.now() + ahead_ms };
    return isolateOn({ url, token, timer, random, times });
  };
  const isolates = (count: number) => Array.from({ length: count }, () => isolate());
  const read = ({ cache }: ReturnType<typeof isolate>, load: () => Promise<{ title: string }>) =>
    cache.read("galleryPage", "p", load, { schema });

  test("a hundred readers over ten clients load once", async () => {
    const { state, load } = source("cats", 200);
    const all = isolates(10);
    const reads = all.flatMap((one) => Array.from({ length: 10 }, () => read(one, load)));
    expect(await Promise.all(reads)).toEqual(Array(100).fill({ title: "cats" }));
    expect(state.loads).toBe(1);
    await Promise.all(all.map(({ settled }) => settled()));
  });

  test("a hundred readers with tags that are new load once", async () => {
    const { state, load } = source("cats", 200);
    const all = isolates(10);
    const reads = all.flatMap(({ cache }) =>
      Array.from({ length: 10 }, () => cache.read("galleryPage", "p", load, tagged)),
    );
    expect(await Promise.all(reads)).toEqual(Array(100).fill({ title: "cats" }));
    expect(state.loads).toBe(1);
    await Promise.all(all.map(({ settled }) => settled()));
  });

  test("a hit is one command, with tags and without", async () => {
    const one = isolate();
    const { load } = source("cats");
    await read(one, load);
    await one.cache.read("business", "b", load, tagged);
    await one.settled();
    one.commands.length = 0;
    for (let count = 0; count < 5; count += 1) {
      expect(await read(one, never)).toEqual({ title: "cats" });
      expect(await one.cache.read("business", "b", never, tagged)).toEqual({ title: "cats" });
    }
    expect(one.commands).toEqual(Array(10).fill("mget"));
    expect(one.counts).toEqual({ galleryPage: { miss: 1, hit: 5 }, business: { miss: 1, hit: 5 } });
  });

  if (gateway.engine === "redis-server")
    test("a hit is one command in the server's own count, too", async () => {
      const one = isolate();
      await one.cache.read("business", "b", source("cats").load, tagged);
      await one.settled();
      const direct = new DirectRedis(gateway.info().redisUrl);
      await direct.config("RESETSTAT");
      for (let count = 0; count < 50; count += 1)
        await one.cache.read("business", "b", never, tagged);
      const stats = await direct.info("commandstats");
      direct.disconnect();
      const calls = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)]
        .map(([, name, count]) => [name, Number(count)] as const)
        .filter(([name]) => !["config|resetstat", "info"].includes(String(name)));
      expect(calls).toEqual([["mget", 50]]);
    });

  test("a lease whose holder dies passes on when it has run out", async () => {
    const dead = isolate(0, { ...patient, lease_ms: 1_000 });
    const others = isolates(4);
    void dead.cache.read("galleryPage", "p", () => new Promise(() => {}), { schema });
    await until("the lease is taken", () => dead.commands.length >= 2);
    const { state, load } = source("cats");
    const values = await Promise.all(others.map((other) => read(other, load)));
    expect(values).toEqual(Array(4).fill({ title: "cats" }));
    expect(state.loads).toBe(1);
    await Promise.all(others.map(({ settled }) => settled()));
  });

  test("a value past its time is shown while it is fetched anew, once", async () => {
    const now = isolate();
    await read(now, source("old").load);
    await now.settled();
    await gateway.client().del("cache-lease:galleryPage:1:p");
    const later = Array.from({ length: 5 }, () => isolate(61_000));
    const { state, load } = source("new", 100);
    for (const one of later) expect(await read(one, load)).toEqual({ title: "old" });
    await Promise.all(later.map(({ settled }) => settled()));
    expect(state.loads).toBe(1);
    expect(await read(isolate(61_000), never)).toEqual({ title: "new" });
    expect(later.map(({ counts }) => counts.galleryPage)).toEqual(Array(5).fill({ stale: 1 }));
  });

  test("that there is no such thing is remembered, for its time", async () => {
    const one = isolate();
    let loads = 0;
    const load = async () => {
      loads += 1;
      return undefined;
    };
    const ask = () => one.cache.read("roomDirectory", "gone", load, { schema });
    expect(await ask()).toBeUndefined();
    await one.settled();
    expect(await ask()).toBeUndefined();
    expect(loads).toBe(1);
    const life_ms = await gateway.client().pttl("cache:roomDirectory:1:gone");
    expect(life_ms).toBeGreaterThan(0);
    expect(life_ms).toBeLessThanOrEqual(5_000);
  });

  test("invalidating a tag makes all its entries misses at once, for every client", async () => {
    const [one, two] = [isolate(), isolate()];
    const readAll = (title: string) =>
      Promise.all(
        (["user", "business", "statistics"] as const).map(
          async (name) => (await two.cache.read(name, "k", source(title).load, tagged))?.title,
        ),
      );
    expect(await readAll("old")).toEqual(["old", "old", "old"]);
    await two.settled();
    one.commands.length = 0;
    expect(await one.cache.invalidate(["design:2"])).toBe(true);
    expect(one.commands).toEqual(["del"]);
    expect(await readAll("new")).toEqual(["new", "new", "new"]);
    await two.settled();
    expect(await readAll("newer")).toEqual(["new", "new", "new"]);
  });

  test("a value loaded before an invalidation and kept after it is not shown", async () => {
    const [one, two] = [isolate(), isolate()];
    const { state, load } = source("old", 300);
    const slow = one.cache.read("user", "u", load, tagged);
    await until("it is being loaded", () => state.loads === 1);
    state.title = "new";
    expect(await two.cache.invalidate(["seller:1"])).toBe(true);
    expect(await two.cache.read("user", "u", load, tagged)).toEqual({ title: "new" });
    expect(await slow).toEqual({ title: "old" });
    await Promise.all([one.settled(), two.settled()]);
    expect(await one.cache.read("user", "u", load, tagged)).toEqual({ title: "new" });
  });

  test.each([
    ["text", "}{ rubbish"],
    ["JSON of another kind", "[1,2,3]"],
    ["an entry of an old shape", '{"v":1,"data":{"title":"old"}}'],
    ["an entry of another key", '{"key":"cache:user:1:x","versions":[],"freshUntil_ms":1}'],
  ])("an entry that is %s is a miss, and then put right", async (_story, planted) => {
    await gateway.client().set("cache:galleryPage:1:p", planted);
    const one = isolate();
    expect(await read(one, source("right").load)).toEqual({ title: "right" });
    await one.settled();
    expect(await read(one, never)).toEqual({ title: "right" });
    expect(one.counts.galleryPage).toEqual({ miss: 1, hit: 1 });
  });

  test("an entry of another Redis type is a miss, and then put right", async () => {
    await gateway.client().hset("cache:galleryPage:1:p", { title: "hash" });
    const one = isolate();
    expect(await read(one, source("right").load)).toEqual({ title: "right" });
    await one.settled();
    expect(await read(one, never)).toEqual({ title: "right" });
  });

  test("a value above the cap goes past the cache, and is right each time", async () => {
    const one = isolate();
    const large = "é".repeat(200_000);
    for (let count = 0; count < 2; count += 1) {
      expect(await read(one, source(large).load)).toEqual({ title: large });
      await one.settled();
    }
    expect(one.counts.galleryPage).toEqual({ bypass: 2 });
    expect(await gateway.client().strlen("cache:galleryPage:1:p")).toBeLessThan(200);
  });

  test("text of every kind comes back as it was", async () => {
    const one = isolate();
    for (const title of ["\u0000", "\ud800", "😀é\u2028", '"\\', "OK", "null", "17", ""]) {
      const key = JSON.stringify(title);
      await one.cache.read("user", key, source(title, 0).load, { schema });
      await one.settled();
      expect(await one.cache.read("user", key, never, { schema })).toEqual({ title });
    }
  });
});
