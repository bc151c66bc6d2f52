import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { handleJobBatch } from "./consume.ts";
import { enqueueJob } from "./enqueue.ts";
import { JobFailure } from "./errors.ts";
import { sweepJobs } from "./sweep.ts";
import { JobHouse, sleep } from "./testing/house.ts";

let house: JobHouse;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_760_000_000_000 });
  house = new JobHouse((length_ms) => vi.advanceTimersByTimeAsync(length_ms));
});
afterEach(() => vi.useRealTimers());

const enqueue = async (options = {}) =>
  (await enqueueJob(house.deps, "test", { n: 1 }, options)).id;

describe("a batch", () => {
  test("is run, each job ends with its result, and nothing comes again", async () => {
    house.handler = async ({ payload }) => ({ result: payload.n * 2 });
    const ids = [await enqueue(), await enqueue(), await enqueue()];
    expect(await house.work()).toMatchObject({ done: 3, lost: 0 });
    for (const id of ids) expect(house.job(id)).toMatchObject({ status: "done", result: 2 });
    expect(house.queue.next_ms).toBeUndefined();
  });

  test("that names a job twice, or one that has ended, runs it once", async () => {
    let runs = 0;
    house.handler = async () => {
      runs += 1;
      return { result: runs };
    };
    const id = await enqueue();
    house.queue.put(id);
    expect(await house.work()).toMatchObject({ done: 1, ignored: 1 });
    house.queue.put(id);
    expect(await house.work()).toMatchObject({ done: 0, ignored: 1 });
    expect(runs).toBe(1);
  });

  test("with messages that are not ours settles them and says so", async () => {
    for (const body of [null, 7, {}, "not an id", { id: crypto.randomUUID() }])
      house.queue.put(body);
    house.queue.put(crypto.randomUUID());
    expect(await house.work()).toMatchObject({ malformed: 5, ignored: 1 });
    house.queue.redeliver();
    expect(house.queue.next_ms).toBeUndefined();
  });

  test("larger than a worker may run at once is run in parts", async () => {
    let running = 0;
    let most = 0;
    house.handler = async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(1_000);
      running -= 1;
      return { result: null };
    };
    for (let count = 0; count < 25; count += 1) await enqueue();
    expect(await house.work(3_000)).toMatchObject({ done: 25 });
    expect(most).toBe(10);
  });

  test("waits when the store does not answer, and nothing is lost", async () => {
    const id = await enqueue();
    house.store.down = true;
    expect(await house.work()).toMatchObject({ lost: 1 });
    house.store.down = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await house.work()).toMatchObject({ done: 1 });
    expect(house.job(id)).toMatchObject({ status: "done", attempts: 1 });
  });

  test("comes again for a job that is not due, or that another worker has", async () => {
    const early = await enqueue({ delay_ms: 40_000 });
    house.queue.put(early);
    expect(await house.work()).toMatchObject({ later: 1 });
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await house.work()).toMatchObject({ done: 1 });

    house.handler = async () => {
      await sleep(30_000);
      return { result: null };
    };
    const busy = await enqueue();
    const first = house.work(1_000);
    house.queue.put(busy);
    expect(await house.work(60_000)).toMatchObject({ later: 1 });
    expect(await first).toMatchObject({ done: 1 });
  });
});

describe("a handler that fails", () => {
  test("is tried three times, one minute and two later, and is then a dead letter", async () => {
    let runs = 0;
    house.handler = async () => {
      runs += 1;
      throw new JobFailure("no_luck", "It did not work");
    };
    const id = await enqueue();
    const began_ms = Date.now();
    expect(await house.work()).toMatchObject({ failed: 1 });
    expect(house.queue.next_ms).toBe(began_ms + 60_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await house.work()).toMatchObject({ failed: 1 });
    expect(house.queue.next_ms).toBe(began_ms + 180_000);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await house.work()).toMatchObject({ dead: 1 });
    expect(runs).toBe(3);
    expect(house.queue.next_ms).toBeUndefined();
    expect(house.job(id)).toMatchObject({
      status: "dead",
      error: { code: "no_luck", message: "It did not work" },
    });
  });

  test("leaves no trace of an error that is not meant to be shown", async () => {
    house.handler = async () => {
      throw new TypeError("password hunter2");
    };
    const id = await enqueue();
    await house.work();
    expect(house.job(id).error).toEqual({
      code: "internal",
      message: "the handler threw TypeError",
    });
    house.handler = () => Promise.reject("hunter2");
    await vi.advanceTimersByTimeAsync(60_000);
    await house.work();
    expect(JSON.stringify(house.job(id))).not.toContain("hunter2");
  });

  test("for good is not tried again", async () => {
    house.handler = async () => {
      throw new JobFailure("gone", "There is no such thing", { permanent: true });
    };
    const id = await enqueue();
    expect(await house.work()).toMatchObject({ dead: 1 });
    expect(house.job(id).attempts).toBe(1);
  });

  test("before it has begun, by throwing at once, fails like any other", async () => {
    house.handler = () => {
      throw new JobFailure("at_once", "It threw");
    };
    const id = await enqueue();
    expect(await house.work()).toMatchObject({ failed: 1 });
    expect(house.job(id).error?.code).toBe("at_once");
  });

  test("goes on from its checkpoint, and what it committed is not done again", async () => {
    const lines: string[] = [];
    house.handler = async ({ checkpoint, commit }) => {
      for (let part = checkpoint ?? 0; part < 4; part += 1) {
        await commit({ effects: [() => lines.push(`part ${part}`)], checkpoint: part + 1 });
        if (part === 1 && checkpoint === undefined) throw new JobFailure("halfway", "It broke");
      }
      return { result: null, effects: [() => lines.push("end")] };
    };
    await enqueue();
    await house.work();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await house.work()).toMatchObject({ done: 1 });
    expect(lines).toEqual(["part 0", "part 1", "part 2", "part 3", "end"]);
  });

  test("to commit cannot commit anything else in the same attempt", async () => {
    const lines: string[] = [];
    house.handler = async ({ commit }) => {
      house.store.down = true;
      await commit({ effects: [() => lines.push("unknown")] }).catch(() => {});
      house.store.down = false;
      await commit({ effects: [() => lines.push("after")] }).catch(() => {});
      return { result: null, effects: [() => lines.push("end")] };
    };
    const id = await enqueue();
    expect(await house.work()).toMatchObject({ failed: 1 });
    expect(lines).toEqual([]);
    expect(house.job(id).status).toBe("queued");
  });

  test.each([
    ["result_too_large", { result: "x".repeat(20_000) }],
    ["result_invalid", { result: "\u0000" }],
    ["effects_too_many", { result: 1, effects: Array(101).fill(() => {}) }],
  ])("its limits is dead with %s", async (code, outcome) => {
    house.handler = async () => outcome;
    const id = await enqueue();
    expect(await house.work()).toMatchObject({ dead: 1 });
    expect(house.job(id).error?.code).toBe(code);
  });
});

describe("a kind", () => {
  test("that no handler knows fails by that name, and runs once a worker knows it", async () => {
    const id = await enqueue();
    expect(await house.work(0, {})).toMatchObject({ failed: 1 });
    expect(house.job(id).error?.code).toBe("kind_unknown");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await house.work()).toMatchObject({ done: 1 });
  });

  test("named like what every object has is as unknown as any", async () => {
    const id = await enqueue();
    house.store.rows.set(id, { ...house.job(id), kind: "constructor" });
    await house.work();
    expect(house.job(id).error?.code).toBe("kind_unknown");
  });

  test("whose schema has changed gives up jobs that no longer fit, without showing them", async () => {
    const id = await enqueue();
    house.store.rows.set(id, { ...house.job(id), payload: { n: "secret" } });
    expect(await house.work()).toMatchObject({ dead: 1 });
    expect(house.job(id).error).toEqual({ code: "payload_invalid", message: "n: invalid_type" });
  });
});

describe("a job that runs long", () => {
  test("keeps its lease by heartbeats, and nobody else gets it", async () => {
    let runs = 0;
    house.handler = async () => {
      runs += 1;
      await sleep(110_000);
      return { result: null };
    };
    const id = await enqueue();
    const first = house.work();
    await vi.advanceTimersByTimeAsync(65_000);
    house.queue.put(id);
    expect(await house.work()).toMatchObject({ later: 1 });
    expect(await sweepJobs(house.deps)).toMatchObject({ requeued: 0 });
    await vi.advanceTimersByTimeAsync(45_000);
    expect(await first).toMatchObject({ done: 1 });
    expect(runs).toBe(1);
  });

  test("publishes progress, at most every three seconds", async () => {
    house.handler = async ({ progress }) => {
      for (let step = 1; step <= 90; step += 1) {
        progress(step / 100, `step ${step}`);
        await sleep(100);
      }
      return { result: null };
    };
    const id = await enqueue();
    await house.work(10_000);
    const told = house.changes.filter(({ progress }) => progress !== undefined);
    expect(told.map(({ status, progress }) => [status, progress])).toEqual([
      ["running", 0.3],
      ["running", 0.6],
      ["running", 0.9],
      ["done", 1],
    ]);
    expect(house.changes[0]).toEqual({ id, kind: "test", status: "running" });
  });

  test("hears of a cancel at its next heartbeat and stops", async () => {
    house.handler = async ({ signal }) => {
      await sleep(100_000, signal);
      return { result: null };
    };
    const id = await enqueue();
    const report = house.work(5_000);
    await vi.advanceTimersByTimeAsync(0);
    await house.store.cancel(id);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await report).toMatchObject({ cancelled: 1 });
    expect(house.job(id).status).toBe("cancelled");
    expect(house.changes.at(-1)).toMatchObject({ id, status: "cancelled" });
  });

  test("is cancelled though its handler does not listen, and can then do nothing more", async () => {
    const lines: string[] = [];
    let refused: unknown;
    house.handler = async ({ commit }) => {
      await sleep(90_000);
      await commit({ effects: [() => lines.push("late")] }).catch((error: unknown) => {
        refused = error;
      });
      return { result: null };
    };
    const id = await enqueue();
    const report = house.work(1_000);
    await vi.advanceTimersByTimeAsync(0);
    await house.store.cancel(id);
    await vi.advanceTimersByTimeAsync(26_000);
    expect(await report).toMatchObject({ cancelled: 1 });
    await vi.advanceTimersByTimeAsync(90_000);
    expect(refused).toMatchObject({ name: "LeaseLostError" });
    expect(lines).toEqual([]);
  });

  test("longer than its kind may is stopped and tried again", async () => {
    house.handler = async ({ signal }) => {
      await sleep(1_000_000, signal);
      return { result: null };
    };
    const id = await enqueue();
    expect(await house.work(125_000)).toMatchObject({ failed: 1 });
    expect(house.job(id).error?.code).toBe("timed_out");
  });

  test("stops when the store has been silent for a lease, and is run again later", async () => {
    house.handler = async ({ signal }) => {
      await sleep(119_000, signal);
      return { result: null };
    };
    const id = await enqueue();
    const report = house.work(1_000);
    await vi.advanceTimersByTimeAsync(0);
    house.store.down = true;
    await vi.advanceTimersByTimeAsync(80_000);
    expect(await report).toMatchObject({ lost: 1 });
    house.store.down = false;
    house.handler = async () => ({ result: "second" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await house.work()).toMatchObject({ done: 1 });
    expect(house.job(id)).toMatchObject({ result: "second", attempts: 2 });
  });
});

describe("a worker that dies", () => {
  test("leaves its jobs to the queue, which delivers them again", async () => {
    house.handler = () => new Promise(() => {});
    const id = await enqueue();
    // Nobody ever hears of this batch again; its timers die with it.
    void house.work();
    await vi.advanceTimersByTimeAsync(1_000);
    vi.clearAllTimers();
    house.handler = async ({ attempt }) => ({ result: attempt });
    house.queue.redeliver();
    expect(await house.work()).toMatchObject({ later: 1 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await house.work()).toMatchObject({ done: 1 });
    expect(house.job(id).result).toBe(2);
  });

  test("leaves its jobs to the sweep when the queue forgets them", async () => {
    house.handler = () => new Promise(() => {});
    const id = await enqueue();
    void house.work();
    await vi.advanceTimersByTimeAsync(1_000);
    vi.clearAllTimers();
    house.queue.lose();
    await vi.advanceTimersByTimeAsync(60_000);
    house.handler = async () => ({ result: null });
    expect(await sweepJobs(house.deps)).toMatchObject({ requeued: 1, dispatched: 1 });
    expect(await house.work()).toMatchObject({ done: 1 });
    expect(house.job(id).attempts).toBe(2);
  });
});

test("an idempotency key for outside effects is the same in every attempt and differs by job and step", async () => {
  const keys: string[] = [];
  house.handler = async ({ idempotencyKey }) => {
    keys.push(idempotencyKey("charge"), idempotencyKey("mail"));
    throw new JobFailure("again", "Once more");
  };
  await enqueue();
  await house.work();
  await vi.advanceTimersByTimeAsync(60_000);
  await house.work();
  await enqueue();
  await house.work();
  expect(keys.slice(0, 2)).toEqual(keys.slice(2, 4));
  expect(new Set(keys).size).toBe(4);
});

test("a watcher that fails holds up nothing", async () => {
  const watcher = { publish: () => Promise.reject(new Error("nobody listens")) };
  await enqueue();
  const report = await handleJobBatch(house.queue.take(10), { ...house.deps, watcher });
  expect(report.done).toBe(1);
});
