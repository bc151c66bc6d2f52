import { expect, test } from "vitest";
import { gameSettingsSchema } from "../../../protocol/analytics/game.ts";
import { bufferLimits } from "../admit.ts";
import { BufferBench, benchConfig, keyId, uuidsOf } from "../testing/buffer-bench.ts";

const minute_ms = 60_000;
const newKey = { id: "new-key-0001", kind: "write", env: "live" } as const;

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

test("A-ADMIT-1 only keys that hold, and of this place", async () => {
  const bench = new BufferBench();
  const refusal = { type: "refused", reason: "key" };
  expect(await bench.send(uuidsOf(bench, 1), { keyId: "sandbox-key1" })).toEqual(refusal);
  bench.config = benchConfig({ revision: 2, keys: [newKey] });
  const sent = await bench.send(uuidsOf(bench, 1), { keyId: newKey.id, revision: 2 });
  expect(sent.type).toBe("accepted");
  expect(await bench.send(uuidsOf(bench, 1), { revision: 2 })).toEqual(refusal);
});

test("A-ADMIT-1 a key made a moment ago is found at once, whatever else was asked for just now", async () => {
  const bench = new BufferBench();
  const asking = bench.send(uuidsOf(bench, 1), { keyId: "revoked-key1" });
  // It is made while the answer to another question is on its way.
  let answer: () => void = () => {};
  bench.configAfter = new Promise((resolve) => {
    answer = resolve;
  });
  const old = bench.send(uuidsOf(bench, 1), { keyId: "revoked-key2" });
  bench.config = benchConfig({ revision: 2, keys: [newKey] });
  const fresh = bench.send(uuidsOf(bench, 1), { keyId: newKey.id, revision: 2 });
  answer();
  expect([(await asking).type, (await old).type, (await fresh).type]).toEqual([
    ...["refused", "refused", "accepted"],
  ]);
});

test("A-ADMIT-1 a key that stays unknown is asked for later each time, ten minutes apart at most, after a sleep too", async () => {
  const bench = new BufferBench();
  const ask = () => bench.send(uuidsOf(bench, 1), { keyId: "revoked-key1" });
  await ask();
  const began_ms = bench.now_ms;
  const asked_s: number[] = [];
  let loads = bench.loads;
  for (; bench.now_ms < began_ms + 60 * minute_ms; bench.now_ms += 5_000) {
    bench.restart();
    expect(await ask()).toEqual({ type: "refused", reason: "key" });
    if (bench.loads > loads) asked_s.push((bench.now_ms - began_ms) / 1_000);
    loads = bench.loads;
  }
  expect(asked_s).toEqual([5, 15, 35, 75, 155, 315, 635, 1_235, 1_835, 2_435, 3_035]);
  // Another key is asked for at once, and told of this one it knows it at once.
  await bench.send(uuidsOf(bench, 1), { keyId: "revoked-key2" });
  expect(bench.loads).toBe(loads + 1);
  bench.buffer.configure(benchConfig({ revision: 2, keys: [{ ...newKey, id: "revoked-key1" }] }));
  const known = await bench.send(uuidsOf(bench, 1), { keyId: "revoked-key1", revision: 2 });
  expect(known.type).toBe("accepted");
});

test("A-ADMIT-1 a game that is gone is asked for later each time as well", async () => {
  const bench = new BufferBench();
  bench.config = null;
  for (const began_ms = bench.now_ms; bench.now_ms < began_ms + 60 * minute_ms; ) {
    bench.restart();
    expect(await bench.send(uuidsOf(bench, 1))).toEqual({ type: "refused", reason: "game" });
    bench.now_ms += 5_000;
  }
  expect(bench.loads).toBe(12);
  bench.buffer.configure(benchConfig());
  expect((await bench.send(uuidsOf(bench, 1))).type).toBe("accepted");
  expect(bench.facts()).not.toContain("misses");
});

test("A-ADMIT-1 while the database is away an unknown key is not called invalid", async () => {
  const bench = new BufferBench();
  await bench.send(uuidsOf(bench, 1));
  bench.configAway = true;
  const ask = (keyId: string) => bench.send(uuidsOf(bench, 1), { keyId, revision: 2 });
  const later = { type: "refused", reason: "unavailable", retryAfter_s: 5 };
  expect(await ask(newKey.id)).toEqual(later);
  const loads = bench.loads;
  bench.now_ms += 4_999;
  expect(await ask(newKey.id)).toEqual(later);
  expect(bench.loads).toBe(loads);
  bench.configAway = false;
  bench.config = benchConfig({ revision: 2, keys: [newKey] });
  bench.now_ms += 1;
  expect((await ask(newKey.id)).type).toBe("accepted");
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
  const size_bytes = JSON.stringify([{ u: new BufferBench().uuid() }]).length;
  const bench = new BufferBench({ ...bufferLimits, kept_bytes_max: 2 * size_bytes });
  for (let batches = 0; batches < 2; batches += 1)
    expect((await bench.send(uuidsOf(bench, 1))).type).toBe("accepted");
  expect(await bench.send(uuidsOf(bench, 1))).toEqual({
    type: "refused",
    reason: "full",
    retryAfter_s: 30,
  });
  expect(bench.buffer.figures()).toMatchObject({ refused_batches: 1, waiting_batches: 2 });
});

test("A-ADMIT-3 a batch that no row holds is too large, however empty the buffer, in bytes and not in letters", async () => {
  const bench = new BufferBench();
  const head = { revision: 1, keyId, uuids: uuidsOf(bench, 1) };
  const { batch_bytes_max } = bufferLimits;
  const tooLarge = { type: "refused", reason: "too_large" };
  expect(await bench.buffer.accept(head, "x".repeat(batch_bytes_max + 1))).toEqual(tooLarge);
  expect(await bench.buffer.accept(head, "語".repeat(batch_bytes_max / 2))).toEqual(tooLarge);
  expect(bench.buffer.figures()).toMatchObject({ refused_batches: 0, waiting_batches: 0 });
  expect((await bench.buffer.accept(head, "x".repeat(batch_bytes_max))).type).toBe("accepted");
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
