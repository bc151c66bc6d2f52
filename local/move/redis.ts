import type { Redis } from "ioredis";

/** Keys of one kind in the old Redis. */
export interface OldKeys {
  readonly what: string;
  readonly keys: number;
  /** When the last of them ends by itself, in seconds; null if one never does. */
  readonly lasts_s: number | null;
  /** Whether nothing of it is missed when the old service is switched off. */
  readonly missed: boolean;
}

/** What the old service writes, by the begin of its keys. Caches fill by themselves, here as there. */
const kinds = [
  { what: "watch rooms", begin: "room:", missed: true },
  { what: "keys of games", begin: "apikey:", missed: false },
] as const;
const other = { what: "other keys", missed: true } as const;
const page_keys = 1_000;

/**
 * Looks at all keys of the old Redis, and at how long they last. It changes nothing. Nothing of it is
 * copied: rooms end where they are, and the rest is a cache.
 */
export async function lookAtRedis(redis: Redis): Promise<readonly OldKeys[]> {
  const found = new Map<string, OldKeys>(
    [...kinds, other].map(({ what, missed }) => [what, { what, keys: 0, lasts_s: 0, missed }]),
  );
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "COUNT", page_keys);
    cursor = next;
    for (const [key, ttl_s] of await withLife(redis, keys)) {
      const { what } = kinds.find(({ begin }) => key.startsWith(begin)) ?? other;
      const before = found.get(what);
      if (before === undefined) continue;
      const lasts_s = before.lasts_s === null || ttl_s < 0 ? null : Math.max(before.lasts_s, ttl_s);
      found.set(what, { ...before, keys: before.keys + 1, lasts_s });
    }
  } while (cursor !== "0");
  return [...found.values()];
}

/** Keys with the seconds they last, -1 for ever; without those that have just ended. */
async function withLife(redis: Redis, keys: readonly string[]): Promise<[string, number][]> {
  const asked = redis.pipeline();
  for (const key of keys) asked.ttl(key);
  const answers = (await asked.exec()) ?? [];
  return keys.flatMap((key, index): [string, number][] => {
    const [error, ttl_s] = answers[index] ?? [];
    if (error) throw error;
    return Number(ttl_s) === -2 ? [] : [[key, Number(ttl_s)]];
  });
}
