import { createDb, type Db } from "../../db/client.ts";
import { isolateMeter, type MeteredRedis } from "../../platform/meter/isolate.ts";
import type { Meter } from "../../platform/meter/meter.ts";
import { meterSqlFetch } from "../../platform/meter/sql-fetch.ts";

/** A setting of an object's environment, which holds bindings too; on a bare host it holds none. */
function settingOf(env: unknown, name: string): string | undefined {
  const setting = (env as Readonly<Record<string, unknown>>)[name];
  return typeof setting === "string" && setting !== "" ? setting : undefined;
}

/** The isolate's meter and its Redis; undefined where the environment names none. */
export function meteredRedisOf(env: unknown): MeteredRedis | undefined {
  const url = settingOf(env, "UPSTASH_REDIS_REST_URL");
  const token = settingOf(env, "UPSTASH_REDIS_REST_TOKEN");
  if (url === undefined || token === undefined) return undefined;
  return isolateMeter({ url, token, version: settingOf(env, "VERSION") ?? "dev" });
}

/**
 * Postgres as an object asks it, each query counted; undefined where the environment names none.
 * @param query_ms_max how long one query may take, a database that has to wake included
 */
export function databaseOf(
  env: unknown,
  query_ms_max: number,
  meter: Meter | undefined,
): Db | undefined {
  const databaseUrl = settingOf(env, "DATABASE_URL");
  if (databaseUrl === undefined) return undefined;
  const fetchEndpoint = settingOf(env, "NEON_FETCH_ENDPOINT");
  return createDb({
    databaseUrl,
    query_ms_max,
    ...(fetchEndpoint === undefined ? {} : { fetchEndpoint }),
    ...(meter === undefined ? {} : { fetch: meterSqlFetch(meter, Date.now) }),
  });
}
