import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type RedisInfo, startRedis } from "../../local/redis/start.ts";
import { defaultCacheTimes } from "../../platform/cache/limits.ts";
import { isolateOn, type RealIsolate } from "../../platform/cache/testing/isolate-on.ts";
import {
  complaint,
  WrittenSource,
  writtenSchema,
} from "../../platform/cache/testing/written-source.ts";
import { systemTimer, type Timer } from "../../platform/cache/time.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import { type Fault, type FaultyProxy, startFaultyProxy } from "./redis-proxy.ts";

const name = "galleryPage";
/** The suite takes less time than anything is shown, so only invalidation limits a value's age. */
const age_ms_max = 120_000;
/** A budget that a healthy Redis keeps on a busy machine, too; a slow one takes twice as long. */
const times = { ...defaultCacheTimes, redis_ms: 200, leaseLinger_ms: 400 };
const slow_ms = 2 * times.redis_ms;
const troubles = [
  "slow",
  "late",
  "refused",
  "rubbish",
  "shape",
  "swapped",
  "reset",
  "lost",
  "truncated",
  "hang",
] as const satisfies readonly Fault[];

const seed = Number(process.env.SEED) || Date.now() % 2_147_483_647;
console.info(`cache faults: replay with SEED=${seed}`);
const random = seededRandom(seed);

let redis: RedisInfo;
let stopRedis: () => Promise<void>;
let proxy: FaultyProxy;
/** What each request meets at the moment. */
let fault: () => Fault = () => "none";

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "cache-fault-"));
  const part = await startRedis({ folder, port: 0, token: "fault-token-of-16" });
  redis = part.info;
  proxy = await startFaultyProxy(redis.restUrl, {
    fault: () => fault(),
    below: random.below,
    slow_ms,
  });
  stopRedis = async () => {
    await proxy.stop();
    await part.stop();
    await rm(folder, { recursive: true, force: true });
  };
});
afterEach(() => {
  fault = () => "none";
});
afterAll(() => stopRedis());

let keys = 0;
/** Sources that no other test has read: half of them with tags. */
function newSources(count: number): WrittenSource[] {
  return Array.from({ length: count }, (_, index) => {
    keys += 1;
    const tags = index % 2 === 0 ? [`tag:${keys}`, "tag:all"].slice(0, 1 + (index % 4) / 2) : [];
    return new WrittenSource(`key:${keys}`, tags, Date.now());
  });
}

/** For how much of its time each read waited for something that did not come. */
const waited = new AsyncLocalStorage<{ waited_ms: number }>();

/** The real clock, which also tells each read of its alarms that have rung. */
const timer: Timer = {
  now_ms: systemTimer.now_ms,
  schedule: (run, delay_ms) => {
    const ofRead = waited.getStore();
    const ring = () => {
      if (ofRead !== undefined) ofRead.waited_ms += delay_ms;
      run();
    };
    return systemTimer.schedule(ring, delay_ms);
  },
};

function isolate(url = proxy.url): RealIsolate {
  return isolateOn({ url, token: redis.token, timer, times, random: random.next });
}

async function read({ cache }: RealIsolate, source: WrittenSource) {
  return await waited.run({ waited_ms: 0 }, async () => {
    const least = source.least;
    const began_ms = Date.now();
    const load = () => source.load(() => sleep(random.below(5)));
    const options = { schema: writtenSchema, tags: source.tags };
    const value = await cache.read(name, source.key, load, options);
    return { source, least, began_ms, value, waited_ms: waited.getStore()?.waited_ms ?? 0 };
  });
}

/** Reads and now and then writes, some at once, while requests meet what `fault` says. */
async function visitCaches(isolates: readonly RealIsolate[], reads: number) {
  const sources = newSources(8);
  const outcomes: Awaited<ReturnType<typeof read>>[] = [];
  while (outcomes.length < reads) {
    const batch = Array.from({ length: Math.min(20, reads - outcomes.length) }, () =>
      read(random.pick(isolates), random.pick(sources)),
    );
    const written = random.pick(sources);
    const { cache } = random.pick(isolates);
    const writing =
      random.next() < 0.5
        ? written.write(Date.now(), (tags) => cache.invalidate(tags))
        : Promise.resolve();
    const [done] = await Promise.all([Promise.all(batch), writing]);
    outcomes.push(...done);
  }
  return outcomes;
}

function total(isolates: readonly RealIsolate[], outcome: "hit" | "error" | "bypass" | "miss") {
  return isolates.reduce((sum, { counts }) => sum + (counts[name]?.[outcome] ?? 0), 0);
}

test("of 1,000 reads in four isolates every answer is right, whatever Redis does", async () => {
  const isolates = Array.from({ length: 4 }, () => isolate());
  // On a busy machine a healthy Redis may miss its budget at first, and is then given a rest.
  for (let tries = 0; tries < 20 && total(isolates, "hit") === 0; tries += 1) {
    if (tries > 0) await sleep(100);
    await visitCaches(isolates, 100);
  }
  expect(total(isolates, "hit")).toBeGreaterThan(0);
  fault = () => (random.next() < 0.7 ? "none" : random.pick(troubles));
  const outcomes = await visitCaches(isolates, 1_000);
  expect(outcomes).toHaveLength(1_000);
  const complaints = outcomes.map((outcome) => complaint(outcome, age_ms_max));
  expect(complaints.filter((text) => text !== undefined)).toEqual([]);
  expect(total(isolates, "error")).toBeGreaterThan(0);
});

test("of 1,000 reads in one isolate none waits for Redis longer than its budget", async () => {
  const one = isolate();
  fault = () => (random.next() < 0.7 ? "none" : random.pick(troubles));
  const outcomes = await visitCaches([one], 1_000);
  const complaints = outcomes.map((outcome) => complaint(outcome, age_ms_max));
  expect(complaints.filter((text) => text !== undefined)).toEqual([]);
  const waits_ms = outcomes.map(({ waited_ms }) => waited_ms);
  expect(Math.max(...waits_ms)).toBeLessThanOrEqual(times.redis_ms);
  expect(Math.max(...waits_ms)).toBeGreaterThan(0);
});

describe("a Redis that does nothing else", () => {
  test.each(troubles)(
    "than to be %s leaves every answer right, and is soon left alone",
    async (kind) => {
      const one = isolate();
      fault = () => kind;
      const before = proxy.requests();
      for (const source of newSources(60)) {
        const outcome = await read(one, source);
        expect(complaint(outcome, age_ms_max)).toBeUndefined();
        expect(outcome.waited_ms).toBeLessThanOrEqual(times.redis_ms);
      }
      // Five failures open the circuit; a client tries a broken connection twice; rests end meanwhile.
      expect(proxy.requests() - before).toBeLessThanOrEqual((5 + 5) * 2);
      expect(total([one], "error") + total([one], "bypass")).toBe(60);
    },
  );

  test("than to be absent leaves every answer right, too", async () => {
    const gone = isolate("http://127.0.0.1:1");
    const outcomes = await visitCaches([gone], 200);
    const complaints = outcomes.map((outcome) => complaint(outcome, age_ms_max));
    expect(complaints.filter((text) => text !== undefined)).toEqual([]);
    expect(total([gone], "bypass")).toBeGreaterThan(0);
  });
});

test("a Redis that comes back is used again", async () => {
  const one = isolate();
  const [source] = newSources(1);
  if (source === undefined) throw new Error("there is no source");
  fault = () => "reset";
  for (let count = 0; count < 20; count += 1) await read(one, source);
  expect(total([one], "bypass")).toBeGreaterThan(0);
  fault = () => "none";
  const deadline_ms = performance.now() + 20_000;
  while (total([one], "hit") === 0) {
    if (performance.now() > deadline_ms) throw new Error("no hit in 20 s");
    await read(one, source);
    await sleep(50);
  }
});
