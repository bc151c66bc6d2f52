import { describe, expect, test } from "vitest";
import { forAll } from "../../../platform/testing/random.ts";
import { gameSettingsSchema } from "../../../protocol/analytics/game.ts";
import { bufferLimits } from "../admit.ts";
import { BufferBench, benchConfig, keyId } from "../testing/buffer-bench.ts";

const minute_ms = 60_000;

/** An error as the database's driver throws it. */
function refused(code: string): Error {
  return Object.assign(new Error("refused"), { code });
}

const uuidsOf = (bench: BufferBench, count: number) =>
  Array.from({ length: count }, () => bench.uuid());

describe("accepting", () => {
  test("A-ACK-1 what was acknowledged survives a death before the flush", async () => {
    const bench = new BufferBench();
    const uuids = uuidsOf(bench, 5);
    expect(await bench.send(uuids)).toEqual({ type: "accepted", duplicates: [] });
    bench.restart();
    expect(bench.buffer.figures()).toMatchObject({ waiting_batches: 1, waiting_events: 5 });
    await bench.pass(minute_ms);
    expect(bench.kept).toEqual(uuids);
  });

  test("A-ACK-1 what was counted survives as well: events taken in, and drops by their reason", async () => {
    const bench = new BufferBench();
    await bench.send(uuidsOf(bench, 5), { drops: { invalid: 2 } });
    bench.restart();
    await bench.send([], { drops: { invalid: 1, schema: 4 } });
    bench.restart();
    const counted = { accepted_events: 5, drops: { invalid: 3, schema: 4 } };
    expect(bench.buffer.figures()).toMatchObject(counted);
    await bench.pass(minute_ms);
    bench.restart();
    expect(bench.buffer.figures()).toMatchObject({ ...counted, flushed_events: 5 });
  });

  test("A-ACK-2 events it remembers are duplicates, after a restart too; a batch of nothing else is not kept", async () => {
    const bench = new BufferBench();
    const [a = "", b = "", c = ""] = uuidsOf(bench, 3);
    await bench.send([a, b]);
    bench.restart();
    expect(await bench.send([b, c, c])).toEqual({ type: "accepted", duplicates: [0, 2] });
    expect(await bench.send([a, b, c])).toEqual({ type: "accepted", duplicates: [0, 1, 2] });
    expect(bench.buffer.figures().waiting_batches).toBe(2);
    await bench.pass(minute_ms);
    expect(bench.kept).toEqual([a, b, c]);
  });

  test("A-ACK-3 a batch under its own key again gets the first answer, another batch is refused", async () => {
    const bench = new BufferBench();
    const uuids = uuidsOf(bench, 2);
    const idempotencyKey = "batch-7";
    const first = await bench.send(uuids, { idempotencyKey });
    bench.restart();
    expect(await bench.send(uuids, { idempotencyKey })).toEqual(first);
    expect(await bench.send(uuidsOf(bench, 2), { idempotencyKey })).toEqual({
      type: "refused",
      reason: "idempotency",
    });
    expect(bench.buffer.figures().waiting_batches).toBe(1);
  });

  test("A-ADMIT-1 only keys that hold, and of this place; an unknown one is asked for, not more often than every five seconds", async () => {
    const bench = new BufferBench();
    const refusal = { type: "refused", reason: "key" };
    expect(await bench.send(uuidsOf(bench, 1), { keyId: "sandbox-key1" })).toEqual(refusal);
    const loads = bench.loads;
    expect(await bench.send(uuidsOf(bench, 1), { keyId: "new-key-0001" })).toEqual(refusal);
    expect(await bench.send(uuidsOf(bench, 1), { keyId: "new-key-0001" })).toEqual(refusal);
    expect(bench.loads).toBe(loads);
    bench.now_ms += 5_000;
    bench.config = benchConfig({ keys: [{ id: "new-key-0001", kind: "write", env: "live" }] });
    expect((await bench.send(uuidsOf(bench, 1), { keyId: "new-key-0001" })).type).toBe("accepted");
    expect((await bench.send(uuidsOf(bench, 1))).type).toBe("refused");
  });

  test("A-ADMIT-1 with nothing known of the game and no database, a client is told to come back", async () => {
    const bench = new BufferBench();
    bench.configAway = true;
    expect(await bench.send(uuidsOf(bench, 1))).toMatchObject({
      reason: "unavailable",
      retryAfter_s: 5,
    });
    bench.configAway = false;
    bench.config = null;
    bench.now_ms += 5_000;
    expect(await bench.send(uuidsOf(bench, 1))).toEqual({ type: "refused", reason: "game" });
  });

  test("A-ADMIT-2 a batch checked by another revision gets the configuration, and is not kept", async () => {
    const bench = new BufferBench();
    expect(await bench.send(uuidsOf(bench, 1), { revision: 0 })).toEqual({
      type: "config",
      config: bench.config,
    });
    bench.buffer.configure(benchConfig({ revision: 2 }));
    expect((await bench.send(uuidsOf(bench, 1))).type).toBe("config");
    bench.buffer.configure(benchConfig({ revision: 1 }));
    expect((await bench.send(uuidsOf(bench, 1))).type).toBe("config");
    expect(bench.buffer.figures().waiting_batches).toBe(0);
  });

  test("A-ADMIT-3 above its limit it refuses with a time to come back, and keeps what it has", async () => {
    const bench = new BufferBench();
    const huge = "x".repeat(bufferLimits.batch_bytes_max + 1);
    const head = { revision: 1, keyId, uuids: uuidsOf(bench, 1) };
    expect(await bench.buffer.accept(head, huge)).toEqual({
      type: "refused",
      reason: "full",
      retryAfter_s: 30,
    });
    expect(bench.buffer.figures()).toMatchObject({ refused_batches: 1, waiting_batches: 0 });
  });

  test("A-ADMIT-4 where signatures are asked for, only one by a secret key that holds will do", async () => {
    const bench = new BufferBench();
    bench.config = benchConfig({ settings: gameSettingsSchema.parse({ signedOnly: true }) });
    const refusal = { type: "refused", reason: "signature" };
    expect(await bench.send(uuidsOf(bench, 1))).toEqual(refusal);
    expect(await bench.send(uuidsOf(bench, 1), { signedBy: keyId })).toEqual(refusal);
    const signed = await bench.send(uuidsOf(bench, 1), { signedBy: "secret-key-1" });
    expect(signed.type).toBe("accepted");
  });
});

describe("flushing", () => {
  test("A-FLUSH-1 the alarm is for the interval after the oldest, or for now once enough waits; then there is none", async () => {
    const bench = new BufferBench();
    await bench.send(uuidsOf(bench, 1));
    expect(bench.alarmAt_ms).toBe(bench.now_ms + 30_000);
    bench.now_ms += 10_000;
    await bench.send(uuidsOf(bench, 98));
    expect(bench.alarmAt_ms).toBe(bench.now_ms + 20_000);
    await bench.send(uuidsOf(bench, 1));
    expect(bench.alarmAt_ms).toBe(bench.now_ms);
    await bench.pass(0);
    expect(bench.kept).toHaveLength(100);
    expect(bench.alarmAt_ms).toBeNull();
  });

  test("A-FLUSH-2 a death between the write and its answer writes twice and counts once", async () => {
    const bench = new BufferBench();
    const uuids = uuidsOf(bench, 3);
    await bench.send(uuids);
    bench.database = () => {
      bench.take(uuids);
      throw new TypeError("the line broke");
    };
    await bench.pass(31_000);
    expect(bench.buffer.figures().waiting_events).toBe(3);
    bench.database = () => {};
    bench.restart();
    await bench.pass(minute_ms);
    expect(bench.kept).toEqual(uuids);
    expect(bench.buffer.figures()).toMatchObject({ waiting_events: 0, flushed_events: 3 });
  });

  test("A-FLUSH-3 half an hour without a database loses nothing, and is caught up with at once", async () => {
    const bench = new BufferBench();
    const sent: string[] = [];
    const input = async () => {
      const uuids = uuidsOf(bench, 50);
      sent.push(...uuids);
      expect((await bench.send(uuids)).type).toBe("accepted");
    };
    bench.database = () => {
      throw new TypeError("nobody is there");
    };
    for (let minute = 0; minute < 30; minute += 1) {
      await input();
      await bench.pass(minute_ms);
    }
    expect(bench.kept).toEqual([]);
    const { failedFlushes, waiting_events, oldest_ms } = bench.buffer.figures();
    expect(waiting_events).toBe(1_500);
    expect(oldest_ms).toBe(30 * minute_ms);
    // Doubling from a second, a minute apart at most: some forty tries and not thousands.
    expect(failedFlushes).toBeGreaterThan(25);
    expect(failedFlushes).toBeLessThan(90);
    bench.database = () => {};
    await bench.pass(minute_ms);
    expect(bench.kept).toEqual(sent);
  });

  test("A-FLUSH-4 of all that the database refuses only the events that it refuses end up dead, wherever they are", async () => {
    await forAll(40, async (random) => {
      const bench = new BufferBench();
      const batches = Array.from({ length: 1 + random.below(40) }, () =>
        uuidsOf(bench, 1 + random.below(60)),
      );
      const all = batches.flat();
      const poison = new Set(Array.from({ length: 1 + random.below(5) }, () => random.pick(all)));
      bench.database = (uuids) => {
        if (uuids.some((uuid) => poison.has(uuid))) throw refused("22P05");
      };
      for (const uuids of batches) await bench.send(uuids);
      for (let deaths = 0; deaths < 3; deaths += 1) {
        await bench.pass(random.below(minute_ms));
        bench.restart();
      }
      await bench.pass(minute_ms);
      expect(bench.kept).toEqual(all.filter((uuid) => !poison.has(uuid)));
      expect(bench.buffer.figures()).toMatchObject({
        ...{ waiting_events: 0, dead_events: poison.size, deadReason: "22P05" },
        ...{ accepted_events: all.length, flushed_events: all.length - poison.size },
      });
      const dead = bench.buffer.dead(0).events;
      expect(dead.map(({ row }) => row.u)).toEqual(all.filter((uuid) => poison.has(uuid)));
      expect(bench.buffer.dead(dead[0]?.id ?? 0).events).toEqual(dead.slice(1));
      // Whoever sends them again is not told that they are lost.
      bench.restart();
      expect(await bench.send([...poison])).toMatchObject({ type: "accepted" });
      bench.database = () => {};
      bench.buffer.revive();
      await bench.pass(minute_ms);
      expect(new Set(bench.kept)).toEqual(new Set(all));
      expect(bench.buffer.figures()).toMatchObject({ waiting_events: 0, dead_events: 0 });
    });
  });

  test("A-FLUSH-4 finding one among five hundred takes some twenty statements, and a batch of nothing else two for each", async () => {
    const statementsFor = async (isPoison: (uuid: string, at: number) => boolean) => {
      const bench = new BufferBench();
      const uuids = uuidsOf(bench, 500);
      const poison = new Set(uuids.filter(isPoison));
      let statements = 0;
      bench.database = (written) => {
        statements += 1;
        if (written.some((uuid) => poison.has(uuid))) throw refused("23514");
      };
      await bench.send(uuids);
      await bench.pass(minute_ms);
      expect(bench.buffer.figures()).toMatchObject({
        ...{ waiting_events: 0, dead_events: poison.size },
      });
      return statements;
    };
    for (const place of [0, 1, 249, 498, 499])
      expect(await statementsFor((_, at) => at === place)).toBeLessThanOrEqual(30);
    expect(await statementsFor(() => true)).toBeLessThanOrEqual(1_000);
  });

  test("A-FLUSH-4 a death in the middle of narrowing down writes nothing twice and buries nothing twice", async () => {
    const bench = new BufferBench();
    const uuids = uuidsOf(bench, 40);
    const [poison] = uuids.slice(17);
    let statements = 0;
    bench.database = (written) => {
      statements += 1;
      if (statements % 3 === 0) throw new TypeError("the line broke");
      if (written.some((uuid) => uuid === poison)) throw refused("22003");
    };
    await bench.send(uuids);
    for (let deaths = 0; deaths < 40; deaths += 1) {
      await bench.pass(31_000);
      bench.restart();
    }
    expect(bench.kept).toEqual(uuids.filter((uuid) => uuid !== poison));
    expect(bench.buffer.figures()).toMatchObject({
      ...{ accepted_events: 40, flushed_events: 39, dead_events: 1, waiting_events: 0 },
    });
  });

  test("A-FLUSH-4 a batch that was cut is not refused when it comes again under its own key", async () => {
    const bench = new BufferBench();
    const uuids = uuidsOf(bench, 8);
    bench.database = (written) => {
      if (written.length > 1 || written[0] === uuids[0]) throw refused("22003");
      bench.take(written);
      throw new TypeError("the line broke");
    };
    await bench.send(uuids, { idempotencyKey: "batch-9" });
    await bench.pass(31_000);
    bench.restart();
    expect((await bench.send(uuids, { idempotencyKey: "batch-9" })).type).toBe("accepted");
    bench.database = () => {};
    await bench.pass(minute_ms);
    expect(bench.kept).toEqual(uuids.slice(1));
  });

  test("A-DEAD-1 what is dead counts towards the limit: it is kept, or nothing more is taken", async () => {
    const bench = new BufferBench({ kept_bytes_max: 1_500, batch_bytes_max: 1_400 });
    bench.database = () => {
      throw refused("22003");
    };
    const sent = uuidsOf(bench, 25);
    expect((await bench.send(sent)).type).toBe("accepted");
    await bench.pass(minute_ms);
    expect(bench.buffer.figures()).toMatchObject({ waiting_bytes: 0, dead_events: 25 });
    for (const _ of ["before a death", "after it"]) {
      expect(await bench.send(uuidsOf(bench, 10))).toMatchObject({ reason: "full" });
      bench.restart();
    }
    expect(bench.buffer.dead(0).events.map(({ row }) => row.u)).toEqual(sent);
  });

  test("A-DEAD-2 a player who is forgotten leaves no dead event behind", async () => {
    const bench = new BufferBench();
    bench.database = () => {
      throw refused("22003");
    };
    const [ada = "", eve = ""] = uuidsOf(bench, 2);
    const rows = JSON.stringify([
      { u: ada, p: "ada" },
      { u: eve, p: "eve" },
    ]);
    await bench.buffer.accept({ revision: 1, keyId, uuids: [ada, eve] }, rows);
    await bench.pass(minute_ms);
    bench.buffer.forgetPlayer("ada");
    expect(bench.buffer.dead(0).events.map(({ row }) => row.u)).toEqual([eve]);
    expect(bench.buffer.figures().dead_events).toBe(1);
  });

  test("A-FLUSH-5 one alarm goes on, slice after slice, until nothing waits", async () => {
    const bench = new BufferBench();
    let writes = 0;
    bench.database = () => {
      writes += 1;
    };
    for (let batch = 0; batch < 30; batch += 1) await bench.send(uuidsOf(bench, 400));
    await bench.pass(0);
    expect(bench.kept).toHaveLength(12_000);
    expect(bench.alarms).toBe(1);
    expect(writes).toBe(3);
  });

  test("A-FLUSH-5 an alarm whose time is used up leaves the rest to the next", async () => {
    const bench = new BufferBench();
    bench.database = () => {
      bench.now_ms += 15_000;
    };
    for (let batch = 0; batch < 40; batch += 1) await bench.send(uuidsOf(bench, 400));
    await bench.pass(minute_ms);
    expect(bench.alarms).toBe(2);
    expect(bench.kept).toHaveLength(16_000);
  });

  test("A-FLUSH-6 when the game is gone, so is what waited, and its keys open nothing", async () => {
    const bench = new BufferBench();
    await bench.send(uuidsOf(bench, 2));
    bench.config = null;
    await bench.pass(minute_ms);
    expect(bench.buffer.figures()).toMatchObject({ waiting_events: 0, dead_events: 0 });
    expect(await bench.send(uuidsOf(bench, 1))).toEqual({ type: "refused", reason: "game" });
    expect(bench.alarmAt_ms).toBeNull();
  });

  test("A-ADMIT-2 a flush that meets a newer revision fetches the configuration", async () => {
    const bench = new BufferBench();
    await bench.send(uuidsOf(bench, 1));
    bench.config = benchConfig({ revision: 5, keys: [] });
    await bench.pass(minute_ms);
    expect(await bench.send(uuidsOf(bench, 1), { revision: 5 })).toEqual({
      type: "refused",
      reason: "key",
    });
  });
});

test("A-SESSION-1 it wakes to close silent sessions, and sleeps when none is open", async () => {
  const bench = new BufferBench();
  bench.openSeen_ms = bench.now_ms;
  await bench.send(uuidsOf(bench, 1));
  await bench.pass(31_000);
  expect(bench.sweeps).toEqual([]);
  bench.restart();
  expect(bench.alarmAt_ms).toBe(bench.openSeen_ms + 180_000 + 30_000);
  await bench.pass(10 * minute_ms);
  expect(bench.sweeps).toHaveLength(1);
  expect(bench.alarmAt_ms).toBeNull();
});

test("A-TELL-1 it says how it stands seldom while it is well, each minute while it is not, and when that changes", async () => {
  const bench = new BufferBench();
  const writeEachMinute = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      await bench.send(uuidsOf(bench, 1));
      await bench.pass(minute_ms);
      bench.restart();
    }
    return bench.published.splice(0);
  };
  const well = await writeEachMinute(30);
  expect(well.length).toBeGreaterThanOrEqual(3);
  expect(well.length).toBeLessThanOrEqual(4);
  expect(well[0]).toMatchObject({ waiting_events: 0, flushed_events: 1, failures: 0 });
  bench.database = () => {
    throw new TypeError("nobody is there");
  };
  const failing = await writeEachMinute(10);
  expect(failing.length).toBeGreaterThanOrEqual(8);
  expect(failing.length).toBeLessThanOrEqual(11);
  expect(failing[0]).toMatchObject({ waiting_events: 1, failures: 1 });
  bench.database = () => {};
  const again = await writeEachMinute(2);
  expect(again).toHaveLength(1);
  expect(again[0]).toMatchObject({ waiting_events: 0, failures: 0 });
});

test("A-TELL-1 it says at once that the database refused an event", async () => {
  const bench = new BufferBench();
  await bench.send(uuidsOf(bench, 1));
  await bench.pass(minute_ms);
  bench.published.splice(0);
  bench.database = () => {
    throw refused("22003");
  };
  await bench.send(uuidsOf(bench, 3));
  await bench.pass(31_000);
  expect(bench.published).toMatchObject([{ dead_events: 3, deadReason: "22003" }]);
});

test("A-TAIL-3 a buffer tells only while it is asked to", async () => {
  const bench = new BufferBench();
  await bench.send(uuidsOf(bench, 3));
  expect(bench.told).toBe(0);
  bench.buffer.listen(bench.now_ms + minute_ms);
  bench.restart();
  await bench.send(uuidsOf(bench, 3));
  expect(bench.told).toBe(3);
  bench.buffer.listen(0);
  await bench.send(uuidsOf(bench, 3));
  expect(bench.told).toBe(3);
});
