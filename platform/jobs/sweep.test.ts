import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { enqueueJob } from "./enqueue.ts";
import { redisSweepMarker } from "./marker.ts";
import { sweepJobs } from "./sweep.ts";
import { JobHouse } from "./testing/house.ts";

const tick_ms = 300_000;

/** As much of Redis as the marker uses. */
class FakeRedis {
  readonly values = new Map<string, unknown>();
  commands = 0;
  down = false;

  async get<T>(key: string): Promise<T | null> {
    this.#count();
    return (this.values.get(key) as T | undefined) ?? null;
  }

  async set(key: string, value: unknown, options?: { nx?: true }): Promise<"OK" | null> {
    this.#count();
    if (options?.nx && this.values.has(key)) return null;
    this.values.set(key, value);
    return "OK";
  }

  async del(key: string): Promise<number> {
    this.#count();
    return this.values.delete(key) ? 1 : 0;
  }

  #count(): void {
    this.commands += 1;
    if (this.down) throw new Error("Redis is down");
  }
}

let house: JobHouse;
let redis: FakeRedis;
let looks: number;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_760_000_000_000 });
  house = new JobHouse((length_ms) => vi.advanceTimersByTimeAsync(length_ms));
  redis = new FakeRedis();
  looks = 0;
});
afterEach(() => vi.useRealTimers());

const deps = () => ({
  ...house.deps,
  marker: redisSweepMarker(redis as unknown as Parameters<typeof redisSweepMarker>[0]),
  store: {
    add: house.store.add.bind(house.store),
    requeue: house.store.requeue.bind(house.store),
    sweep: (options: { jobs_max: number; grace_ms: number }) => {
      looks += 1;
      return house.store.sweep(options);
    },
  },
});

/** One cron trigger after another. */
const ticks = async (count: number) => {
  for (let tick = 0; tick < count; tick += 1) {
    await vi.advanceTimersByTimeAsync(tick_ms);
    await sweepJobs(deps());
  }
};

test("with nothing to do the database is asked four times a day and Redis once a trigger", async () => {
  await sweepJobs(deps());
  looks = 0;
  redis.commands = 0;
  await ticks(288);
  expect(looks).toBe(4);
  expect(redis.commands).toBeLessThanOrEqual(288 + 3 * looks);
});

test("a queued job is looked after until it has ended, and then the database may sleep again", async () => {
  await sweepJobs(deps());
  house.queue.down = true;
  const { id } = await enqueueJob(deps(), "test", { n: 1 });
  house.queue.down = false;
  await ticks(1);
  expect(house.queue.sent).toEqual([id]);
  await house.work();
  await ticks(2);
  looks = 0;
  await ticks(12);
  expect(looks).toBe(0);
});

test("a job queued while a sweep looks is seen by the next one", async () => {
  const sweeping = { ...deps() };
  const look = sweeping.store.sweep;
  sweeping.store.sweep = async (options) => {
    const found = await look(options);
    await enqueueJob(deps(), "test", { n: 1 });
    house.queue.lose();
    return found;
  };
  await sweepJobs(sweeping);
  await ticks(1);
  expect(house.queue.sent).toHaveLength(2);
});

test("without Redis every sweep looks, and jobs go on", async () => {
  redis.down = true;
  house.queue.down = true;
  await enqueueJob(deps(), "test", { n: 1 });
  house.queue.down = false;
  await ticks(3);
  expect(looks).toBe(3);
  expect(house.queue.sent.length).toBeGreaterThanOrEqual(1);
});

test("a sweep that cannot send says so, and a later one sends", async () => {
  house.queue.down = true;
  const { id } = await enqueueJob(deps(), "test", { n: 1 });
  await vi.advanceTimersByTimeAsync(tick_ms);
  await expect(sweepJobs(deps())).rejects.toThrow("the queue is down");
  house.queue.down = false;
  await ticks(1);
  expect(house.queue.sent).toEqual([id]);
});
