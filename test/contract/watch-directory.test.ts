import { expect, test } from "vitest";
import {
  type DirectoryEntry,
  DirectoryError,
  directoryLimits,
} from "../../platform/directory/directory.ts";
import { redisDirectory } from "../../platform/directory/redis-directory.ts";
import { createRedis } from "../../platform/redis/client.ts";
import { forAll, type Random } from "../../platform/testing/random.ts";
import { onEveryEngine } from "./upstash-engines.ts";

const life_ms = directoryLimits.life_s * 1000;

const entryOf = (id: string, activeAt_ms: number, more: Partial<DirectoryEntry> = {}) => ({
  ...{ id, title: `Room ${id}`, people: 2, capacity: 10, mediaTitle: "A film" },
  ...{ locked: false, hasPassword: false, activeAt_ms },
  ...more,
});

onEveryEngine("The directory of rooms", (gateway) => {
  const now_ms = 1_760_000_000_000;
  const directory = (party = "watch") => redisDirectory(gateway.client(), party, () => now_ms);
  const ids = async (limit = 100, cursor: string | null = null) =>
    (await directory().list({ limit, cursor })).entries.map(({ id }) => id);

  test("shows a room as it announced itself last, the most recently active first", async () => {
    await directory().put(entryOf("quiet", now_ms - 5_000));
    await directory().put(entryOf("busy", now_ms - 9_000, { people: 1 }));
    const busy = entryOf("busy", now_ms, { people: 7, title: 'Käse "& Wein" 🧀', locked: true });
    await directory().put(busy);
    expect(await directory().list({ limit: 10, cursor: null })).toEqual({
      entries: [busy, entryOf("quiet", now_ms - 5_000)],
      nextCursor: null,
    });
  });

  test("keeps what looks like a number or like JSON as the text it is", async () => {
    const odd = entryOf("1234567890123456", now_ms, { title: "42", mediaTitle: "null" });
    await directory().put(odd);
    expect((await directory().list({ limit: 1, cursor: null })).entries).toEqual([odd]);
  });

  test("forgets a room that is taken away, and does not mind one that is not there", async () => {
    await directory().put(entryOf("room", now_ms));
    await directory().remove("room");
    await directory().remove("room");
    expect(await ids()).toEqual([]);
    expect(await gateway.client().dbsize()).toBe(0);
  });

  test("keeps parties apart", async () => {
    await directory("match").put(entryOf("room", now_ms));
    expect(await ids()).toEqual([]);
  });

  test("drops what was not active for a day when it is read, and leaves nothing of it", async () => {
    await directory().put(entryOf("over", now_ms - life_ms));
    await directory().put(entryOf("here", now_ms - life_ms + 1));
    expect(await ids()).toEqual(["here"]);
    const redis = gateway.client();
    expect(await redis.zcard("directory:watch:active")).toBe(1);
    expect(await redis.hkeys("directory:watch:entries")).toEqual(["here"]);
  });

  test("is gone altogether a day after its last word", async () => {
    await directory().put(entryOf("room", now_ms));
    for (const key of ["directory:watch:active", "directory:watch:entries"]) {
      const left_s = await gateway.client().ttl(key);
      expect(left_s).toBeGreaterThan(directoryLimits.life_s - 600);
      expect(left_s).toBeLessThanOrEqual(directoryLimits.life_s);
    }
  });

  test("pages through rooms of one moment without losing or repeating any", async () => {
    const names = Array.from({ length: 23 }, (_, at) => `room-${at}`);
    for (const name of names) await directory().put(entryOf(name, now_ms));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await directory().list({ limit: 5, cursor });
      seen.push(...page.entries.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(23);
    expect(seen.toSorted()).toEqual(names.toSorted());
  });

  test("pages any set of rooms as sorting it would", async () => {
    await forAll(6, async (random) => {
      await gateway.client().flushall();
      const entries = someEntries(random, now_ms);
      for (const entry of entries) await directory().put(entry);
      const limit = 1 + random.below(7);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await directory().list({ limit, cursor });
        expect(page.entries.length).toBeLessThanOrEqual(limit);
        seen.push(...page.entries.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null && seen.length < 1_000);
      expect(seen).toEqual(entries.toSorted(byActivity).map(({ id }) => id));
    });
  });

  test("holds so many rooms and no more: those active longest ago make way", async () => {
    const redis = gateway.client();
    const { entries_max } = directoryLimits;
    const scores = Array.from({ length: entries_max }, (_, at) => ({
      score: now_ms - 10_000 + at,
      member: `room-${at}`,
    }));
    const [first, ...rest] = scores;
    if (first === undefined) throw new Error("there are none");
    await redis.zadd("directory:watch:active", first, ...rest);
    await redis.hset("directory:watch:entries", { "room-0": "{}", "room-1": "{}" });
    await directory().put(entryOf("newest", now_ms));
    expect(await redis.zcard("directory:watch:active")).toBe(entries_max);
    expect((await redis.hkeys("directory:watch:entries")).toSorted()).toEqual(["newest", "room-1"]);
  });

  test("leaves out what it cannot read, and rooms whose entry was lost", async () => {
    await directory().put(entryOf("good", now_ms));
    await gateway.client().zadd("directory:watch:active", { score: now_ms + 1, member: "lost" });
    await directory().put(entryOf("bad", now_ms + 2));
    await gateway.client().hset("directory:watch:entries", { bad: '{"id":"bad"}' });
    expect(await ids()).toEqual(["good"]);
  });

  test("costs one request a page and one an announcement", async () => {
    let requests = 0;
    const { restUrl: url, token } = gateway.info();
    const redis = createRedis({ url, token });
    const counted = new Proxy(redis, {
      get: (target, name, receiver) => {
        requests += name === "eval" || name === "pipeline" ? 1 : 0;
        return Reflect.get(target, name, receiver);
      },
    });
    const ours = redisDirectory(counted, "watch", () => now_ms);
    await ours.put(entryOf("room", now_ms));
    await ours.list({ limit: 50, cursor: null });
    expect(requests).toBe(2);
  });

  test("refuses what is no page", async () => {
    const list = (limit: number, cursor: string | null) => directory().list({ limit, cursor });
    for (const limit of [0, 101, 1.5]) await expect(list(limit, null)).rejects.toThrow(RangeError);
    for (const cursor of ["", "room", "1.", "x.room", "1.a b", `${"9".repeat(16)}.room`])
      await expect(list(1, cursor)).rejects.toThrow(RangeError);
  });

  test("says only that the store failed, not what was asked of it", async () => {
    const redis = createRedis(
      { url: "http://127.0.0.1:9", token: "x" },
      { deadline_ms: 500, retries_max: 0 },
    );
    const away = redisDirectory(redis, "watch", () => now_ms);
    const failure = await away.put(entryOf("room", now_ms, { title: "secret" })).catch(String);
    expect(failure).toBe("DirectoryError: the directory's store did not answer");
    await expect(away.list({ limit: 1, cursor: null })).rejects.toThrow(DirectoryError);
    await expect(away.remove("room")).rejects.toThrow(DirectoryError);
  });
});

/** Rooms of which many were active in the same moment. */
function someEntries(random: Random, now_ms: number): DirectoryEntry[] {
  const moments = Array.from({ length: 4 }, () => now_ms - random.below(1_000));
  return Array.from({ length: random.below(30) }, (_, at) =>
    entryOf(`r${random.pick(["a", "B", "_", "-", "9"])}_${at}`, random.pick(moments)),
  );
}

/** As Redis sorts, backwards: by moment, and then by the bytes of the id. */
function byActivity(a: DirectoryEntry, b: DirectoryEntry): number {
  if (a.activeAt_ms !== b.activeAt_ms) return b.activeAt_ms - a.activeAt_ms;
  return a.id < b.id ? 1 : -1;
}
