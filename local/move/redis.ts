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

/**
 * What the old service writes, by the begin of its keys, and all else at the end. Caches fill by
 * themselves, here as there.
 */
const kinds = [
  { what: "watch rooms", begin: "room:", missed: true },
  { what: "keys of games", begin: "apikey:", missed: false },
  { what: "other keys", begin: "", missed: true },
] as const;
const page_keys = 1_000;

/**
 * Looks at all keys of the old Redis, and at how long they last. It changes nothing. Nothing of it is
 * copied: rooms end where they are, and the rest is a cache.
 */
export async function lookAtRedis(redis: Redis): Promise<readonly OldKeys[]> {
  const found = kinds.map((kind) => ({ ...kind, keys: 0, lasts_s: 0 as number | null }));
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "COUNT", page_keys);
    cursor = next;
    for (const [key, ttl_s] of await withLife(redis, keys)) {
      const kind = found.find(({ begin }) => key.startsWith(begin));
      if (kind === undefined) continue;
      kind.keys += 1;
      kind.lasts_s = kind.lasts_s === null || ttl_s < 0 ? null : Math.max(kind.lasts_s, ttl_s);
    }
  } while (cursor !== "0");
  return found;
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
