import { beforeEach, describe, expect, test } from "vitest";
import { type CacheRedis, createRevocableCache, type RevocableCache } from "./revocable-cache.ts";

/** As much of Redis as the cache uses; `down` refuses and `silent` never answers. */
class FewCommands {
  health: "up" | "down" | "silent" = "up";
  readonly kept = new Map<string, { text: string; ex: number }>();

  readonly client = {
    mget: (...keys: string[]) => this.#answer(() => keys.map((key) => this.#value(key))),
    set: (key: string, text: unknown, { ex }: { ex: number }) =>
      this.#answer(() => this.kept.set(key, { text: String(text), ex })),
    pipeline: () => {
      const commands: (() => void)[] = [];
      return {
        set: (key: string, text: unknown, { ex }: { ex: number }) =>
          commands.push(() => this.kept.set(key, { text: String(text), ex })),
        del: (key: string) => commands.push(() => this.kept.delete(key)),
        exec: () => this.#answer(() => commands.map((command) => command())),
      };
    },
  } as unknown as CacheRedis;

  #value(key: string): unknown {
    const text = this.kept.get(key)?.text;
    return text === undefined ? null : JSON.parse(text);
  }

  async #answer<T>(act: () => T): Promise<T> {
    if (this.health === "down") throw new TypeError("connection refused");
    if (this.health === "silent") return await new Promise(() => {});
    return act();
  }
}

let redis: FewCommands;
let cache: RevocableCache;
beforeEach(() => {
  redis = new FewCommands();
  cache = createRevocableCache(redis.client, { name: "session", life_s: 600, read_ms_max: 5 });
});

describe("a copy", () => {
  test("is found until it is revoked", async () => {
    expect(await cache.get("a")).toEqual({ type: "unknown" });
    await cache.put("a", { user: "u" });
    expect(await cache.get("a")).toEqual({ type: "hit", value: { user: "u" } });
    expect(await cache.revoke(["a"])).toBe(true);
    expect(await cache.get("a")).toEqual({ type: "revoked" });
  });

  test("that was read before a revocation and is written after it is not believed", async () => {
    await cache.revoke(["a"]);
    await cache.put("a", { user: "u" });
    expect(await cache.get("a")).toEqual({ type: "revoked" });
  });

  test("never outlives the mark of its revocation, nor what it is a copy of", async () => {
    await cache.put("a", {}, 10_000);
    await cache.put("b", {}, 30);
    await cache.put("c", {}, 0);
    expect([...redis.kept].map(([key, { ex }]) => [key, ex])).toEqual([
      ["session:a", 600],
      ["session:b", 30],
    ]);
    await cache.revoke(["a"]);
    expect(redis.kept.get("session-revoked:a")?.ex).toBeGreaterThan(600);
  });

  test("of more ids than one pipeline takes can be revoked at once", async () => {
    const ids = Array.from({ length: 250 }, (_, at) => `id-${at}`);
    expect(await cache.revoke(ids)).toBe(true);
    expect(redis.kept.size).toBe(250);
  });
});

describe.each(["down", "silent"] as const)("with Redis %s", (health) => {
  test("a reading is unknown, and does not wait", async () => {
    await cache.put("a", {});
    redis.health = health;
    expect(await cache.get("a")).toEqual({ type: "unknown" });
  });
});

describe("with Redis down", () => {
  test("a writing is not missed, and a revocation says that it did not happen", async () => {
    redis.health = "down";
    await cache.put("a", {});
    expect(await cache.revoke(["a"])).toBe(false);
  });
});
