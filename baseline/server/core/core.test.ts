import { describe, expect, test } from "vitest";
import { encodingFor } from "./compression.ts";
import { ConnectionManager, globalConnections_max } from "./connections.ts";
import { LRUCache } from "./lru-cache.ts";
import { levelOf } from "./memory.ts";
import { SerialQueues } from "./serial.ts";
import { Tokens } from "./tokens.ts";

const mb = 1024 * 1024;

describe("the cache", () => {
  test("forgets what was used longest ago", () => {
    const cache = new LRUCache<number>(2);
    cache.set("a", 1);
    cache.set("b", 2);
    cache.get("a");
    cache.set("c", 3);
    expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([1, undefined, 3]);
    expect(cache.stats()).toEqual({ size: 2, maxSize: 2, hits: 3, misses: 1, hitRate: "75.0%" });
  });

  test("lets go of what is stale, and of its older half", () => {
    const cache = new LRUCache<number>(10);
    for (let n = 0; n < 8; n += 1) cache.set(String(n), n);
    cache.sweep((value) => value % 2 === 1);
    expect(cache.stats().size).toBe(4);
    cache.halve();
    expect([cache.get("2"), cache.get("4")]).toEqual([undefined, 4]);
  });
});

describe("connections", () => {
  test("a user has two, however many namespaces each serves", () => {
    const manager = new ConnectionManager();
    const [first, second, third] = [{}, {}, {}];
    expect(manager.admit("ann", first)).toBe(true);
    expect(manager.admit("ann", first)).toBe(true);
    expect(manager.admit("ann", second)).toBe(true);
    expect(manager.admit("ann", third)).toBe(false);
    expect(manager.stats()).toMatchObject({ users: 1, total: 2, avgPerUser: "2.00" });
    manager.release("ann", first);
    expect(manager.admit("ann", third)).toBe(false);
    manager.release("ann", first);
    expect(manager.admit("ann", third)).toBe(true);
  });

  test("together there are twelve hundred, and who goes leaves nothing behind", () => {
    const manager = new ConnectionManager();
    const all = Array.from({ length: globalConnections_max }, (_, n) => ({ n }));
    for (const connection of all)
      expect(manager.admit(`user-${connection.n}`, connection)).toBe(true);
    expect(manager.admit("late", {})).toBe(false);
    expect(manager.stats()).toMatchObject({ total: 1_200, utilization: "100.0%" });
    for (const connection of all) manager.release(`user-${connection.n}`, connection);
    expect(manager.stats()).toMatchObject({ users: 0, total: 0, avgPerUser: "0.00" });
  });
});

test.each([
  [100, 920, "ok"],
  [205, 256, "warning"],
  [240, 256, "critical"],
  [449, 920, "ok"],
  [450, 920, "critical"],
] as const)("%d of %d MB of heap are %s", (used_mb, limit_mb, level) => {
  expect(levelOf(used_mb * mb, limit_mb * mb)).toBe(level);
});

test.each([
  [undefined, undefined],
  ["identity", undefined],
  ["gzip, deflate", "gzip"],
  ["gzip, br;q=0.9", "br"],
  ["gzip, br;q=0", "gzip"],
] as const)("who accepts %s is answered with %s", (accepted, encoding) => {
  expect(encodingFor(accepted)).toBe(encoding);
});

test("works of one key run one after another, in order, also past one that fails", async () => {
  const queues = new SerialQueues();
  const told: string[] = [];
  const work = (name: string, fails = false) =>
    queues.run("room", async () => {
      told.push(`${name} begins`);
      await Promise.resolve();
      if (fails) throw new Error(name);
      told.push(`${name} ends`);
    });
  const done = await Promise.allSettled([work("a"), work("b", true), work("c")]);
  expect(done.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(told).toEqual(["a begins", "a ends", "b begins", "c begins", "c ends"]);
  expect(queues.size).toBe(0);
});

describe("tokens", () => {
  const key = (id: string, text: string) => ({ id, secret: new TextEncoder().encode(text) });
  const claims = {
    party: "watch",
    room: "some-room",
    member: "ann",
    name: "Ann",
    role: "viewer",
    data: {},
  } as const;

  test("open the room they were signed for, and no other", async () => {
    const tokens = new Tokens([key("k", "a secret that is long enough")]);
    const token = await tokens.signRoom(claims, 60_000);
    expect(await tokens.readRoom(token, claims)).toEqual(claims);
    expect(await tokens.readRoom(token, { ...claims, room: "other-room" })).toBe("token_invalid");
    expect(await tokens.readRoom("", claims)).toBe("token_missing");
  });

  test("are of no use when too old, or signed with an unknown key", async () => {
    const tokens = new Tokens([key("k", "a secret that is long enough")]);
    const old = await tokens.signRoom(claims, -1_000);
    expect(await tokens.readRoom(old, claims)).toBe("token_expired");
    // A key that is not known must not fall back to one that anybody could guess.
    const forged = await new Tokens([{ id: "x", secret: new Uint8Array(32) }]).signRoom(
      claims,
      60_000,
    );
    expect(await tokens.readRoom(forged, claims)).toBe("token_invalid");
  });
});
