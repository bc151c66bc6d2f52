import { expect, test } from "vitest";
import { onEveryEngine } from "./upstash-engines.ts";

onEveryEngine("data through the official client", (gateway) => {
  test("strings, counters and expiry", async () => {
    const redis = gateway.client();
    expect(await redis.set("greeting", "hello")).toBe("OK");
    expect(await redis.get("greeting")).toBe("hello");
    expect(await redis.get("nothing")).toBeNull();
    expect(await redis.set("once", "1", { nx: true, ex: 100 })).toBe("OK");
    expect(await redis.set("once", "2", { nx: true })).toBeNull();
    expect(await redis.ttl("once")).toBeGreaterThan(90);
    expect(await redis.incrby("n", 5)).toBe(5);
    expect(await redis.incrbyfloat("f", 0.1)).toBe(0.1);
    expect(await redis.mget("greeting", "nothing", "n")).toEqual(["hello", null, 5]);
  });

  test("values that are JSON come back as what they were", async () => {
    const redis = gateway.client();
    const value = { name: "Zoë", tags: ["a", 'b"c'], nested: { empty: null, yes: true } };
    await redis.set("json", value);
    expect(await redis.get("json")).toEqual(value);
    await redis.set("emoji", "👩‍👩‍👧 \u0000 \n ok");
    expect(await redis.get("emoji")).toBe("👩‍👩‍👧 \u0000 \n ok");
    await redis.set("empty", "");
    expect(await redis.get("empty")).toBe("");
  });

  test("hashes, lists, sets and sorted sets", async () => {
    const redis = gateway.client();
    await redis.hset("h", { a: 1, b: "two" });
    expect(await redis.hgetall("h")).toEqual({ a: 1, b: "two" });
    expect(await redis.hgetall("none")).toBeNull();
    await redis.rpush("l", "x", "y", "z");
    expect(await redis.lrange("l", 0, -1)).toEqual(["x", "y", "z"]);
    await redis.sadd("s", "m", "n");
    expect((await redis.smembers("s")).sort()).toEqual(["m", "n"]);
    await redis.zadd("z", { score: 2, member: "b" }, { score: 1.5, member: "a" });
    expect(await redis.zrange("z", 0, -1, { withScores: true })).toEqual(["a", 1.5, "b", 2]);
    expect(await redis.zscore("z", "missing")).toBeNull();
  });

  test("streams with groups, acknowledgement, claims and both ways to trim", async () => {
    const redis = gateway.client();
    const first = await redis.xadd("st", "*", { kind: "made", count: 1 });
    for (let i = 0; i < 9; i++) await redis.xadd("st", "*", { kind: "more", count: i });
    expect(Object.keys(await redis.xrange("st", "-", "+", 1))).toEqual([first]);
    await redis.xgroup("st", { type: "CREATE", group: "g", id: "0" });
    const read = await redis.xreadgroup("g", "worker", "st", ">", { count: 2 });
    expect(read).toHaveLength(1);
    expect(await redis.xack("st", "g", first)).toBe(1);
    const [, claimed] = (await redis.xautoclaim("st", "g", "other", 0, "0")) as [string, unknown[]];
    expect(claimed).toHaveLength(1);
    await redis.xtrim("st", { strategy: "MAXLEN", exactness: "=", threshold: 5 });
    expect(await redis.xlen("st")).toBe(5);
    await redis.xadd(
      "st",
      "*",
      { kind: "last" },
      { trim: { type: "MAXLEN", comparison: "~", threshold: 3 } },
    );
    expect(await redis.xlen("st")).toBe(3);
    await redis.xadd(
      "st",
      "*",
      { kind: "last" },
      { trim: { type: "MAXLEN", comparison: "=", threshold: 2 } },
    );
    expect(await redis.xlen("st")).toBe(2);
  });

  test("what only Upstash has: types in a scan, bit operations of sets, a copy onto itself", async () => {
    const redis = gateway.client();
    await redis.set("str", "\u000f");
    await redis.set("other", "\t");
    await redis.lpush("list", 1);
    const [, typed] = await redis.scan("0", { withType: true });
    expect(typed.find(({ key }) => key === "list")?.type).toBe("list");
    expect(typed).toHaveLength(3);
    expect(await redis.bitop("diff", "bits", "str", "other")).toBe(1);
    expect(await redis.bitcount("bits", 0, -1)).toBe(2);
    expect((await redis.keys("*")).sort()).toEqual(["bits", "list", "other", "str"]);
    expect(await redis.copy("str", "str")).toBe("NOT_COPIED");
    expect(await redis.echo("there")).toBe("there");
  });

  test("a key that holds the wrong kind of value is the client's error", async () => {
    const redis = gateway.client();
    await redis.set("text", "x");
    await expect(redis.lpush("text", 1)).rejects.toThrow(/WRONGTYPE/);
    await expect(redis.incr("text")).rejects.toThrow(/not an integer/);
  });

  test("reads see this client's own writes, by its sync token", async () => {
    const redis = gateway.client();
    await redis.set("k", 1);
    const token = redis.readYourWritesSyncToken;
    expect(token).not.toBe("");
    await redis.set("k", 2);
    expect(redis.readYourWritesSyncToken).not.toBe(token);
  });
});
