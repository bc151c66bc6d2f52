import { expect, test } from "vitest";
import { gameSettingsSchema } from "../../../protocol/analytics/game.ts";
import { bufferLimits } from "../admit.ts";
import { BufferBench, benchConfig, keyId, uuidsOf } from "../testing/buffer-bench.ts";

const minute_ms = 60_000;

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

test("A-ADMIT-1 batches that come while the game is being asked for wait for the answer, and ask once", async () => {
  const bench = new BufferBench();
  let answer: () => void = () => {};
  bench.configAfter = new Promise((resolve) => {
    answer = resolve;
  });
  const sent = [bench.send(uuidsOf(bench, 1)), bench.send(uuidsOf(bench, 1))];
  await new Promise((resolve) => setImmediate(resolve));
  answer();
  expect((await Promise.all(sent)).map(({ type }) => type)).toEqual(["accepted", "accepted"]);
  expect(bench.loads).toBe(1);
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
