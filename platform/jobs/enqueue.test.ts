import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { enqueueJob, prepareJob, retryJob } from "./enqueue.ts";
import { JobFailure } from "./errors.ts";
import { sweepJobs } from "./sweep.ts";
import { JobHouse } from "./testing/house.ts";

let house: JobHouse;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_760_000_000_000 });
  house = new JobHouse((length_ms) => vi.advanceTimersByTimeAsync(length_ms));
});
afterEach(() => vi.useRealTimers());

const hour_ms = 3_600_000;

describe("a job", () => {
  test("is kept before its id is sent, and the message holds nothing else", async () => {
    const { id, created } = await enqueueJob(house.deps, "test", { n: 1 });
    expect(created).toBe(true);
    expect(house.job(id)).toMatchObject({ status: "queued", payload: { n: 1 }, attempts_max: 3 });
    expect(house.queue.sent).toEqual([id]);
  });

  test("of a taken idempotency key is the earlier one, whose id is sent again while it waits", async () => {
    const options = { idempotencyKey: "once" };
    const first = await enqueueJob(house.deps, "test", { n: 1 }, options);
    expect(await enqueueJob(house.deps, "test", { n: 2 }, options)).toEqual({
      id: first.id,
      status: "queued",
      created: false,
    });
    expect(house.queue.sent).toEqual([first.id, first.id]);
    await house.work();
    const third = await enqueueJob(house.deps, "test", { n: 3 }, options);
    expect(third).toEqual({ id: first.id, status: "done", created: false });
    expect(house.queue.sent).toHaveLength(2);
  });

  test("waits in the queue until it is due", async () => {
    await enqueueJob(house.deps, "test", { n: 1 }, { delay_ms: 90_500 });
    expect(house.queue.next_ms).toBe(Date.now() + 91_000);
  });

  test("further off than a queue can hold is sent by the sweep on its day", async () => {
    const { id } = await enqueueJob(house.deps, "test", { n: 1 }, { delay_ms: 30 * hour_ms });
    expect(house.queue.sent).toEqual([]);
    for (let hours = 0; hours < 30; hours += 1) {
      await sweepJobs(house.deps);
      expect(house.queue.sent).toEqual([]);
      await vi.advanceTimersByTimeAsync(hour_ms);
    }
    await sweepJobs(house.deps);
    expect(house.queue.sent).toEqual([id]);
    expect(await house.work()).toMatchObject({ done: 1 });
  });

  test("whose message cannot be sent is queued all the same, and the sweep sends it", async () => {
    house.queue.down = true;
    const { id } = await enqueueJob(house.deps, "test", { n: 1 });
    house.queue.down = false;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await sweepJobs(house.deps)).toMatchObject({ dispatched: 1 });
    expect(house.queue.sent).toEqual([id]);
  });

  test.each([
    ["payload_invalid", { n: "one" }, {}],
    ["payload_invalid", { n: 1, note: "\u0000" }, {}],
    ["payload_too_large", { n: 1, note: "x".repeat(20_000) }, {}],
    ["key_invalid", { n: 1 }, { idempotencyKey: "" }],
    ["key_invalid", { n: 1 }, { idempotencyKey: "x".repeat(201) }],
  ])("is refused with %s before anything is kept", async (code, payload, options) => {
    const refused = enqueueJob(house.deps, "test", payload as { n: number }, options);
    await expect(refused).rejects.toMatchObject({ name: "JobInputError", code });
    expect(house.store.rows.size).toBe(0);
    expect(house.queue.sent).toEqual([]);
  });

  test("of a kind that nobody knows is refused", () => {
    const name = "toString" as "test";
    expect(() => prepareJob(house.deps, name, { n: 1 })).toThrow(/no kind/);
  });
});

test("a dead job that is retried runs again with all its attempts; one that is done does not", async () => {
  house.handler = async () => {
    throw new JobFailure("no", "No", { permanent: true });
  };
  const { id } = await enqueueJob(house.deps, "test", { n: 1 });
  await house.work();
  house.handler = async ({ attempt }) => ({ result: attempt });
  expect(await retryJob(house.deps, id)).toMatchObject({ status: "queued", attempts: 0 });
  expect(await house.work()).toMatchObject({ done: 1 });
  expect(house.job(id)).toMatchObject({ result: 1, error: null });
  expect(await retryJob(house.deps, id)).toBeUndefined();
});
