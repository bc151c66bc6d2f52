import { expect, test } from "vitest";
import { createMeteredRedis } from "../../platform/meter/isolate.ts";
import { hourKey, hourOf } from "../../platform/meter/keys.ts";
import { unitTotal } from "../../platform/meter/reading.ts";
import { readingOf, readSnapshot } from "../../platform/meter/snapshot.ts";
import { readTotals } from "../../platform/meter/totals.ts";
import { onEveryEngine } from "./upstash-engines.ts";

const hour_ms = 3_600_000;
const version = "v1";
const parties = ["watch"];

onEveryEngine("The meter", (gateway) => {
  let now = Date.parse("2026-11-21T14:30:00Z");
  const isolate = (token = gateway.info().token) =>
    createMeteredRedis({ url: gateway.info().restUrl, token, version }, () => now);
  const snapshot = () =>
    readSnapshot(gateway.client(), { version, parties, now_ms: now, hours: 2 });

  test("of many isolates adds up in one hash an hour, which goes after eight days", async () => {
    const isolates = Array.from({ length: 8 }, () => isolate().meter);
    for (const [index, meter] of isolates.entries()) {
      meter.count("watch", "redis_commands", index);
      meter.answered("GET /v1/watch/rooms/:id", 200, 20);
      meter.cached("user", "hit");
    }
    await Promise.all(isolates.map((meter) => meter.flush()));
    const reading = readingOf(await snapshot());
    expect(unitTotal(reading, "redis_commands", ["meter"])).toBe(28);
    expect(reading.routes).toEqual([
      expect.objectContaining({ route: "GET /v1/watch/rooms/:id", sum_ms: 160 }),
    ]);
    expect(reading.caches.get("user")?.get("hit")).toBe(8);
    const ttl_s = await gateway.client().ttl(hourKey(hourOf(now)));
    expect(ttl_s).toBeGreaterThan(7 * 24 * 3600);
    expect(ttl_s).toBeLessThanOrEqual(8 * 24 * 3600);
  });

  test("knows rooms and sockets, in whatever order isolates and rooms are heard", async () => {
    const [gate, room] = [isolate().meter, isolate().meter];
    room.sockets("watch", "short-visit", -1);
    await room.flush();
    gate.sockets("watch", "short-visit", 1);
    gate.sockets("watch", "room-1", 1);
    gate.sockets("watch", "room-2", 3);
    await gate.flush();
    const { rooms, sockets } = await snapshot();
    expect(rooms.get("watch")).toBe(2);
    expect(sockets.get("watch")).toBe(4);
  });

  test("counts what its own writing costs, and every other command of its client", async () => {
    const { meter, redis } = isolate();
    await redis.set("key", "value");
    const pipeline = redis.pipeline();
    pipeline.get("key");
    pipeline.get("key");
    await pipeline.exec();
    await redis.eval("return redis.call('get', KEYS[1])", ["key"], []);
    await meter.flush();
    await meter.flush();
    const { units } = readingOf(await snapshot());
    // A set, two gets, and a script of one key, which stands for two.
    expect(units.get("other")?.get("redis_commands")).toBe(5);
    // The first flush was one HINCRBY and one EXPIRE; the second wrote that down.
    expect(units.get("meter")?.get("redis_commands")).toBe(2);
  });

  test("keeps what Redis did not take, and writes it when it does", async () => {
    const { meter } = isolate("a wrong token");
    meter.count("watch", "sql_round_trips", 3);
    await meter.flush();
    expect((await snapshot()).hours[0]?.hash).toEqual({});
    const { meter: right } = isolate();
    await gateway.client().set(hourKey(hourOf(now)), "not a hash");
    right.count("watch", "sql_round_trips", 3);
    right.sockets("watch", "room-1", 1);
    await right.flush();
    expect((await snapshot().catch(() => undefined))?.rooms.get("watch") ?? 1).toBe(1);
    await gateway.client().del(hourKey(hourOf(now)));
    await right.flush();
    const reading = readingOf(await snapshot());
    expect(unitTotal(reading, "sql_round_trips")).toBe(3);
    expect((await snapshot()).rooms.get("watch"), "what was taken is not repeated").toBe(1);
    expect((await snapshot()).sockets.get("watch")).toBe(1);
  });

  test("has totals that only grow over the hours, and sums an hour up once", async () => {
    const redis = gateway.client();
    const background: Promise<unknown>[] = [];
    const total = async () => {
      const { totals } = await readTotals(redis, { version, parties, now_ms: now }, (work) =>
        background.push(work),
      );
      await Promise.all(background);
      return unitTotal(totals, "rows_written");
    };
    const { meter } = isolate();
    let expected = 0;
    for (const [waited_hours, amount] of [
      [0, 5],
      [1, 7],
      [1, 0],
      [7, 11],
      [30, 13],
    ] as const) {
      now += waited_hours * hour_ms;
      meter.count("watch", "rows_written", amount);
      await meter.flush();
      expected += amount;
      expect(await total()).toBe(expected);
      expect(await total(), "asked again").toBe(expected);
    }
    expect(background).toHaveLength(5);
  });

  test("forgets empty rooms on the way", async () => {
    const { meter } = isolate();
    meter.sockets("watch", "room-1", 1);
    await meter.flush();
    meter.sockets("watch", "room-1", -1);
    await meter.flush();
    expect(await gateway.client().zcard(`meter:rooms:${version}:watch`)).toBe(1);
    const background: Promise<unknown>[] = [];
    await readTotals(gateway.client(), { version, parties, now_ms: now }, (work) =>
      background.push(work),
    );
    await Promise.all(background);
    expect(await gateway.client().zcard(`meter:rooms:${version}:watch`)).toBe(0);
  });
});
