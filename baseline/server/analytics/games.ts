import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import type { Pool } from "pg";

/** How long Redis remembers whose a key is, in seconds. */
const keyExpiry_s = 300;

/** Games and their keys: in PostgreSQL, with Redis in front; without Redis it is only slower. */
export class Games {
  readonly #pool: Pool;
  readonly #redis: Redis;

  constructor(pool: Pool, redis: Redis) {
    this.#pool = pool;
    this.#redis = redis;
  }

  async create(name: string): Promise<{ readonly id: string; readonly key: string }> {
    const id = randomBytes(12).toString("base64url");
    const key = `offw_${randomBytes(24).toString("base64url")}`;
    await this.#pool.query("insert into baseline_game (id, api_key, name) values ($1, $2, $3)", [
      id,
      key,
      name,
    ]);
    return { id, key };
  }

  /** Whose key this is. */
  async gameOf(key: string): Promise<string | undefined> {
    const cached = await this.#redis.get(`apikey:${key}`).catch(() => null);
    if (cached !== null) return cached;
    const { rows } = await this.#pool.query<{ id: string }>(
      "select id from baseline_game where api_key = $1",
      [key],
    );
    const id = rows[0]?.id;
    if (id !== undefined)
      await this.#redis.setex(`apikey:${key}`, keyExpiry_s, id).catch(() => null);
    return id;
  }
}
