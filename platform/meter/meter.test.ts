import { describe, expect, test } from "vitest";
import { forAll } from "../testing/random.ts";
import type { MeterBatch } from "./batch.ts";
import { createMeter, flush_ms, flushBusy_ms } from "./meter.ts";
import { inScope, newScope } from "./scope.ts";

/** A meter in virtual time, over a writer that does as the test says. */
class Laboratory {
  #now_ms = 1_000_000;
  #sleepers: { readonly until_ms: number; readonly wake: () => void }[] = [];
  readonly batches: MeterBatch[] = [];
  readonly planned: Promise<unknown>[] = [];
  /** What a write says was not written. */
  unwritten: (batch: MeterBatch) => MeterBatch | undefined = () => undefined;
  readonly background = (work: Promise<unknown>) => void this.planned.push(work);
  readonly meter = createMeter({
    now_ms: () => this.#now_ms,
    sleep: (duration_ms) =>
      new Promise((wake) => {
        this.#sleepers.push({ until_ms: this.#now_ms + duration_ms, wake });
      }),
    writer: {
      write: async (batch) => {
        this.batches.push(batch);
        return this.unwritten(batch);
      },
    },
  });

  /** Lets time pass, and all that waits for it run. */
  async pass(duration_ms: number): Promise<void> {
    const until_ms = this.#now_ms + duration_ms;
    for (;;) {
      await settle();
      const next = this.#sleepers.toSorted((a, b) => a.until_ms - b.until_ms)[0];
      if (next === undefined || next.until_ms > until_ms) break;
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.#now_ms = next.until_ms;
      next.wake();
    }
    this.#now_ms = until_ms;
  }

  /** The runtime ends what goes on after answers, without a word. */
  killBackground(): void {
    this.#sleepers = [];
  }

  /** All fields that were sent to be written, added up. */
  written(): Record<string, number> {
    const sums = new Map<string, number>();
    for (const { fields } of this.batches)
      for (const [name, amount] of fields) sums.set(name, (sums.get(name) ?? 0) + amount);
    return Object.fromEntries(sums);
  }
}

/** Promises that are ready have run when this one has. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe("counts", () => {
  test("stay in memory until ten seconds after a request that no other follows", async () => {
    const lab = new Laboratory();
    lab.meter.count("watch", "redis_commands", 4);
    lab.meter.settle(lab.background);
    await lab.pass(flush_ms - 1);
    expect(lab.batches).toEqual([]);
    lab.meter.count("watch", "redis_commands", 1);
    await lab.pass(1);
    expect(lab.written()).toEqual({ "unit|watch|redis_commands": 5 });
    expect(lab.meter.held_bytes).toBe(0);
  });

  test("of requests that keep coming are written every half minute, and the last soon after", async () => {
    const lab = new Laboratory();
    const seconds = 100;
    for (let second = 0; second < seconds; second += 1) {
      lab.meter.count("watch", "worker_requests");
      lab.meter.settle(lab.background);
      await lab.pass(1_000);
    }
    const whileBusy = lab.batches.length;
    expect(whileBusy).toBeGreaterThanOrEqual(2);
    expect(whileBusy).toBeLessThanOrEqual((seconds * 1_000) / flushBusy_ms);
    await lab.pass(flush_ms);
    expect(lab.batches).toHaveLength(whileBusy + 1);
    expect(lab.written()).toEqual({ "unit|watch|worker_requests": seconds });
  });

  test("of many requests make one flush, and none is left behind", async () => {
    const lab = new Laboratory();
    for (let request = 0; request < 100; request += 1) {
      lab.meter.count("watch", "worker_requests");
      lab.meter.settle(lab.background);
      await lab.pass(50);
    }
    await lab.pass(flush_ms);
    expect(lab.batches).toHaveLength(1);
    expect(lab.written()).toEqual({ "unit|watch|worker_requests": 100 });
  });

  test("go to the account that the code runs on, across awaits and side by side", async () => {
    const lab = new Laboratory();
    const { meter } = lab;
    const watch = newScope("watch");
    await Promise.all([
      inScope(watch, async () => {
        await Promise.resolve();
        meter.countHere("redis_commands", 2);
      }),
      inScope(newScope("jobs"), async () => {
        meter.countHere("redis_commands", 3);
        await Promise.resolve();
        meter.countHere("sql_round_trips");
      }),
    ]);
    meter.countHere("bytes_out", 7);
    await meter.flushIfDue();
    expect(lab.written()).toEqual({
      "unit|watch|redis_commands": 2,
      "unit|jobs|redis_commands": 3,
      "unit|jobs|sql_round_trips": 1,
      "unit|other|bytes_out": 7,
    });
    expect([...watch.units]).toEqual([["redis_commands", 2]]);
  });

  test("of answers go by route, status class and latency bucket", async () => {
    const lab = new Laboratory();
    const { meter } = lab;
    meter.answered("GET /v1/time", 200, 3);
    meter.answered("GET /v1/time", 204, 5);
    meter.answered("GET /v1/time", 503, 60_000);
    await meter.flushIfDue();
    expect(lab.written()).toEqual({
      "route|GET /v1/time|2|0": 2,
      "route|GET /v1/time|5|10": 1,
      "route_ms|GET /v1/time": 60_008,
    });
  });

  test("that cancel each other out cost no command", async () => {
    const lab = new Laboratory();
    const { meter } = lab;
    meter.sockets("watch", "room-1", 3);
    meter.sockets("watch", "room-1", -3);
    await meter.flushIfDue();
    expect(lab.batches).toEqual([]);
  });
});

describe("a flush", () => {
  test("is not planned when there is nothing to write", () => {
    const lab = new Laboratory();
    lab.meter.settle(lab.background);
    expect(lab.planned).toEqual([]);
  });

  test("is made by a room at once, but not within ten seconds of the last", async () => {
    const lab = new Laboratory();
    const { meter } = lab;
    meter.count("watch", "room_wakes");
    await meter.flushIfDue();
    meter.count("watch", "room_wakes");
    await meter.flushIfDue();
    expect(lab.batches).toHaveLength(1);
    await lab.pass(flush_ms);
    await meter.flushIfDue();
    expect(lab.written()).toEqual({ "unit|watch|room_wakes": 2 });
  });

  test("waits its turn after a room's in the same isolate", async () => {
    const lab = new Laboratory();
    lab.meter.count("watch", "worker_requests");
    lab.meter.settle(lab.background);
    await lab.pass(flush_ms - 1_000);
    await lab.meter.flushIfDue();
    lab.meter.count("watch", "worker_requests");
    await lab.pass(1_000);
    expect(lab.batches).toHaveLength(1);
    await lab.pass(flush_ms - 1_000);
    expect(lab.batches).toHaveLength(2);
    expect(lab.written()).toEqual({ "unit|watch|worker_requests": 2 });
  });

  test("that fails keeps its counts, and the next has both", async () => {
    const lab = new Laboratory();
    lab.unwritten = (batch) => batch;
    lab.meter.count("watch", "redis_commands", 4);
    lab.meter.sockets("watch", "room-1", 2);
    await lab.meter.flushIfDue();
    lab.meter.count("watch", "redis_commands", 1);
    lab.meter.sockets("watch", "room-1", -1);
    lab.unwritten = () => undefined;
    await lab.pass(flush_ms);
    await lab.meter.flushIfDue();
    const last = lab.batches.at(-1);
    expect([...(last?.fields ?? [])]).toEqual([["unit|watch|redis_commands", 5]]);
    expect([...(last?.sockets ?? [])]).toEqual([["watch/room-1", 1]]);
  });

  test("that fails in part repeats that part alone", async () => {
    const lab = new Laboratory();
    const half = new Map([["unit|watch|sql_slow", 1]]);
    lab.unwritten = () => ({ fields: half, sockets: new Map() });
    lab.meter.count("watch", "redis_commands", 4);
    lab.meter.count("watch", "sql_slow", 1);
    await lab.meter.flushIfDue();
    lab.unwritten = () => undefined;
    await lab.pass(flush_ms);
    await lab.meter.flushIfDue();
    expect([...(lab.batches[1]?.fields ?? [])]).toEqual([...half]);
  });

  test("that went down with its request is planned anew by a later one", async () => {
    const lab = new Laboratory();
    const request = () => {
      lab.meter.count("watch", "worker_requests");
      lab.meter.settle(lab.background);
    };
    request();
    lab.killBackground();
    await lab.pass(flush_ms);
    request();
    await lab.pass(flush_ms);
    expect(lab.written()).toEqual({ "unit|watch|worker_requests": 2 });
  });
});

describe("memory", () => {
  test("is bounded, whatever is counted while Redis is gone", async () => {
    const lab = new Laboratory();
    const { meter } = lab;
    lab.unwritten = (batch) => batch;
    for (let turn = 0; turn < 20_000; turn += 1) {
      meter.answered(`GET /made-up/${turn}`, 200, 1);
      meter.sockets("watch", `room-${turn}`, 1);
      if (turn % 1_000 === 0) await meter.flushIfDue();
    }
    expect(meter.held_bytes).toBeLessThan(500_000);
  });

  test("that is full drops what is new, and tells how much", async () => {
    const lab = new Laboratory();
    for (let turn = 0; turn < 2_100; turn += 1) lab.meter.cached(`cache-${turn}`, "hit");
    for (let turn = 0; turn < 6; turn += 1) {
      await lab.meter.flushIfDue();
      await lab.pass(flush_ms);
    }
    const written = lab.written();
    expect(written["unit|meter|dropped"]).toBe(100);
    expect(Object.keys(written)).toHaveLength(2_001);
  });
});

test("whatever fails and when, what was counted is written exactly once in the end", async () => {
  await forAll(200, async (random) => {
    const lab = new Laboratory();
    let counted = 0;
    let unwritten = 0;
    const fails = (batch: MeterBatch) => {
      for (const amount of batch.fields.values()) unwritten += amount;
      return batch;
    };
    const works = () => undefined;
    for (let turn = 0; turn < 30; turn += 1) {
      const amount = random.below(5);
      lab.meter.count("watch", random.pick(["redis_commands", "sql_slow", "bytes_out"]), amount);
      counted += amount;
      lab.unwritten = random.next() < 0.6 ? works : fails;
      if (random.next() < 0.1) lab.killBackground();
      if (random.next() < 0.5) lab.meter.settle(lab.background);
      else await lab.meter.flushIfDue();
      await lab.pass(random.below(8_000));
    }
    lab.unwritten = works;
    await lab.pass(3 * flush_ms);
    await lab.meter.flushIfDue();
    const sent = Object.values(lab.written()).reduce((sum, amount) => sum + amount, 0);
    expect(sent - unwritten).toBe(counted);
  });
});
