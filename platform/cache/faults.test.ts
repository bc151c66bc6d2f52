import { expect, test } from "vitest";
import { forAll, type Random } from "../testing/random.ts";
import { defaultCacheTimes } from "./limits.ts";
import { definitionOf } from "./table.ts";
import type { Wire } from "./testing/fake-client.ts";
import { CacheFixture, type TestIsolate } from "./testing/fixture.ts";
import { complaint, WrittenSource, writtenSchema } from "./testing/written-source.ts";

const reads = 1_000;
const load_ms = 30;
const name = "galleryPage";
const definition = definitionOf(name);
/** How old a value without tags may be: as the table says, and as long as reading it took. */
const age_ms_max = (definition.ttl_s + definition.stale_s) * 1000 + load_ms * 3;

const rubbish: readonly unknown[] = [
  undefined,
  "rubbish",
  "<html>",
  {},
  { error: "no" },
  [],
  [null],
  [[]],
  [1, 2, 3, 4, 5, 6],
  true,
  -1,
];

/** A network and a Redis that fail in every way there is, each request in another. */
function faulty(fixture: CacheFixture, random: Random, isDown: () => boolean): Wire {
  const { time } = fixture;
  const earlier: { readonly key: unknown; readonly result: unknown }[] = [];
  /** The answer to another question; an old one to the same would be a lie nobody can see through. */
  const answerTo = (key: unknown) => {
    const others = earlier.filter((answered) => answered.key !== key);
    return others[random.below(others.length)];
  };
  const answer = async (after_ms: number, result: unknown) => {
    await time.sleep(after_ms);
    return result;
  };
  const fail = async (after_ms: number) => {
    await time.sleep(after_ms);
    throw new TypeError("network");
  };
  return async (run, commands) => {
    const quick_ms = 1 + random.below(20);
    const long_ms = defaultCacheTimes.redis_ms + random.below(3_000);
    const [command, key] = commands[0] ?? [];
    const isForget = command === "del";
    const fault = isDown() ? 2 + random.below(5) : random.below(14);
    switch (fault) {
      case 0:
        // Rubbish that says that an invalidation was done would be such a lie, too.
        return await answer(quick_ms, isForget ? "done" : random.pick(rubbish));
      case 1:
        return await answer(quick_ms, isForget ? run() : answerTo(key)?.result);
      case 2:
        return await fail(quick_ms);
      case 3:
        run();
        return await fail(quick_ms);
      case 4:
        run();
        return await fail(long_ms);
      case 5: {
        // It arrives late, when whoever sent it has long given up.
        await time.sleep(long_ms);
        return run();
      }
      case 6:
        return await new Promise(() => {});
      case 7:
        return await answer(long_ms, run());
      default: {
        await time.sleep(quick_ms / 2);
        const result = run();
        earlier.push({ key, result });
        if (earlier.length > 50) earlier.shift();
        return await answer(quick_ms / 2, result);
      }
    }
  };
}

/** Reads and writes at random, while Redis fails, and tells how each read went. */
async function run(random: Random, isolates_count: number) {
  const fixture = new CacheFixture(random.below(2 ** 31));
  const { time } = fixture;
  let isDown = false;
  fixture.wire = faulty(fixture, random, () => isDown);
  const isolates = Array.from({ length: isolates_count }, () => fixture.isolate());
  const sources = ["a", "b", "c", "d"].map((key, index) => {
    const tags = index < 2 ? [`tag:${key}`, "tag:all"].slice(0, 1 + index) : [];
    return new WrittenSource(key, tags, time.now_ms());
  });
  const read = async (isolate: TestIsolate, source: WrittenSource) => {
    const least = source.least;
    const began_ms = time.now_ms();
    const options = { schema: writtenSchema, tags: source.tags };
    const load = () => source.load(() => time.sleep(load_ms));
    const value = await isolate.cache.read(name, source.key, load, options);
    return { source, least, began_ms, ended_ms: time.now_ms(), value };
  };
  const write = async (isolate: TestIsolate, source: WrittenSource) => {
    await source.write(time.now_ms(), (tags) => isolate.cache.invalidate(tags));
  };
  const pending: ReturnType<typeof read>[] = [];
  const writes: Promise<void>[] = [];
  while (pending.length < reads) {
    if (random.next() < 0.01) isDown = !isDown;
    const source = random.pick(sources);
    if (random.next() < 0.08) writes.push(write(random.pick(isolates), source));
    else pending.push(read(random.pick(isolates), source));
    // Most come together; now and then there is a long pause.
    if (random.next() < 0.3) await time.pass(random.below(random.next() < 0.05 ? 90_000 : 60));
  }
  const outcomes = await time.until(Promise.all(pending));
  await time.until(Promise.all(writes));
  return { outcomes, isolates };
}

test("of 1,000 reads in three isolates every answer is right, whatever Redis does", async () => {
  await forAll(8, async (random) => {
    const { outcomes, isolates } = await run(random, 3);
    expect(outcomes).toHaveLength(reads);
    for (const outcome of outcomes) expect(complaint(outcome, age_ms_max)).toBeUndefined();
    const total = isolates.flatMap(({ counts }) => Object.values(counts[name] ?? {}));
    expect(total.reduce((sum, count) => sum + count, 0)).toBe(reads);
  });
}, 60_000);

test("of 1,000 reads in one isolate none is later than a load by more than the budget", async () => {
  const total: Record<string, number> = {};
  await forAll(8, async (random) => {
    const { outcomes, isolates } = await run(random, 1);
    for (const outcome of outcomes) {
      expect(complaint(outcome, age_ms_max)).toBeUndefined();
      const late_ms = outcome.ended_ms - outcome.began_ms - load_ms;
      expect(late_ms).toBeLessThanOrEqual(defaultCacheTimes.redis_ms);
    }
    for (const [outcome, count] of Object.entries(isolates[0]?.counts[name] ?? {}))
      total[outcome] = (total[outcome] ?? 0) + count;
  });
  expect(Object.keys(total).sort()).toEqual(["bypass", "error", "hit", "miss", "stale"]);
}, 60_000);
