import type { PostgresInfo } from "../postgres/start.ts";
import type { RedisInfo } from "../redis/start.ts";

/** By which settings a Worker of this machine finds its Redis and its Postgres. */
export function storeSettings(
  redis: Pick<RedisInfo, "restUrl" | "token">,
  postgres: Pick<PostgresInfo, "databaseUrl" | "fetchEndpoint">,
) {
  return {
    UPSTASH_REDIS_REST_URL: redis.restUrl,
    UPSTASH_REDIS_REST_TOKEN: redis.token,
    DATABASE_URL: postgres.databaseUrl,
    NEON_FETCH_ENDPOINT: postgres.fetchEndpoint,
  };
}
