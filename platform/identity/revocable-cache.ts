import type { Redis } from "../redis/client.ts";

/** What the cache knows of an id. */
export type Cached =
  | { readonly type: "hit"; readonly value: unknown }
  /** It was revoked: whatever else says that it holds is older than that. */
  | { readonly type: "revoked" }
  /** Nothing, or Redis did not answer: the truth must be asked. */
  | { readonly type: "unknown" };

/**
 * Copies of things that may be revoked (sessions, API keys) by the secret that names them. The truth
 * is in Postgres; a copy saves asking it.
 *
 * A revocation leaves a mark that outlives every copy, so that a copy which was read before the
 * revocation and is written after it is not believed. Redis may lose an acknowledged write at a
 * failover; then a copy may be believed for the rest of its life, `life_s` at most.
 */
export interface RevocableCache {
  /** One command. Never throws; after `read_ms_max` the answer is `unknown`. */
  get(id: string): Promise<Cached>;
  /** Keeps a copy. Never throws: a cache that cannot be written is only slower. */
  put(id: string, value: object, life_s?: number): Promise<void>;
  /** Drops copies that are out of date, so that the truth is asked. Never throws. */
  forget(ids: readonly string[]): Promise<void>;
  /**
   * Marks ids as revoked.
   * @returns false when Redis did not confirm it: copies may then live on, so whoever revokes must
   *   not say that it is done
   */
  revoke(ids: readonly string[]): Promise<boolean>;
}

export interface RevocableCacheOptions {
  /** Stands before every key, `session` for instance. */
  readonly name: string;
  /** How long a copy may be believed. */
  readonly life_s: number;
  /** How much later than without Redis an answer may be. */
  readonly read_ms_max?: number;
  /** Told how each read ended; it must neither throw nor wait. */
  readonly counted?: (outcome: "hit" | "miss" | "error") => void;
}

export type CacheRedis = Pick<Redis, "mget" | "set" | "del" | "pipeline">;

/** Marks live longer than copies by this, for a copy that was on its way when the mark was set. */
const markMargin_s = 60;
const batch_max = 100;

export function createRevocableCache(
  redis: CacheRedis,
  { name, life_s, read_ms_max = 50, counted = () => {} }: RevocableCacheOptions,
): RevocableCache {
  const copyKey = (id: string) => `${name}:${id}`;
  const markKey = (id: string) => `${name}-revoked:${id}`;
  return {
    async get(id) {
      try {
        const read = redis.mget<[unknown, unknown]>(copyKey(id), markKey(id));
        const answer = await orAfter(read, read_ms_max, undefined);
        const [copy, mark] = answer ?? [null, null];
        const known = (value: unknown) => value !== null && value !== undefined;
        counted(answer === undefined ? "error" : known(mark) || known(copy) ? "hit" : "miss");
        if (known(mark)) return { type: "revoked" };
        return known(copy) ? { type: "hit", value: copy } : { type: "unknown" };
      } catch {
        counted("error");
        return { type: "unknown" };
      }
    },
    async put(id, value, own_s = life_s) {
      const ex = Math.floor(Math.min(own_s, life_s));
      if (ex < 1) return;
      await redis.set(copyKey(id), JSON.stringify(value), { ex }).catch(() => {});
    },
    async forget(ids) {
      for (let at = 0; at < ids.length; at += batch_max)
        await redis.del(...ids.slice(at, at + batch_max).map(copyKey)).catch(() => {});
    },
    async revoke(ids) {
      try {
        for (let at = 0; at < ids.length; at += batch_max) {
          const pipeline = redis.pipeline();
          for (const id of ids.slice(at, at + batch_max)) {
            pipeline.set(markKey(id), 1, { ex: life_s + markMargin_s });
            pipeline.del(copyKey(id));
          }
          await pipeline.exec();
        }
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** The promise's value, or another one if it takes longer than allowed. */
function orAfter<T, Other>(
  promise: Promise<T>,
  wait_ms: number,
  otherwise: Other,
): Promise<T | Other> {
  return new Promise<T | Other>((resolve, reject) => {
    const timer = setTimeout(() => resolve(otherwise), wait_ms);
    // What comes after its time, a failure too, is nobody's any more.
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
