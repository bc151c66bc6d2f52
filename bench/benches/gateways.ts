import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { neon, neonConfig } from "@neondatabase/serverless";
import { Redis as UpstashRedis } from "@upstash/redis";
import { Redis as DirectRedis } from "ioredis";
import pg from "pg";
import type { PostgresInfo } from "../../local/postgres/start.ts";
import { startPart } from "../../local/process/spawn.ts";
import type { RedisInfo } from "../../local/redis/start.ts";
import { interleave, percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";

const ready_ms_max = 90_000;
const pipeline_commands = 100;

/**
 * What the two local gateways cost over speaking to Redis and Postgres directly: the same
 * operations through the HTTP clients and through `ioredis` and `pg`, taken in turn.
 */
export async function bench(args: readonly string[]): Promise<BenchResult> {
  const rounds = Number(args[0] ?? 1_000);
  const folder = await mkdtemp(join(tmpdir(), "offrail-bench-"));
  const at = (path: string) => new URL(`../../local/${path}/main.ts`, import.meta.url);
  process.stderr.write("starting Redis and Postgres behind their gateways\n");
  const redis = await startPart<RedisInfo>(
    at("redis"),
    {
      folder: join(folder, "redis"),
      port: 0,
      token: "bench-token-of-16",
      redisUrl: process.env.REDIS_URL,
    },
    ready_ms_max,
  );
  const postgres = await startPart<PostgresInfo>(
    at("postgres"),
    { folder: join(folder, "postgres"), port: 0, databaseUrl: process.env.DATABASE_URL },
    ready_ms_max,
  );
  try {
    const onRedis = await benchRedis(redis.info, rounds);
    const onPostgres = await benchPostgres(postgres.info, rounds);
    return {
      redis_engine: redis.info.engine,
      ...onRedis,
      postgres_engine: postgres.info.engine,
      ...onPostgres,
    };
  } finally {
    await Promise.all([redis.stop(), postgres.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchRedis(info: RedisInfo, rounds: number): Promise<BenchResult> {
  process.stderr.write(`timing ${rounds} rounds on ${info.engine}\n`);
  const upstash = new UpstashRedis({
    url: info.restUrl,
    token: info.token,
    enableTelemetry: false,
  });
  const direct = new DirectRedis(info.redisUrl);
  const key = `bench:${process.pid}`;
  await upstash.set(key, "value", { ex: 600 });
  const gets = await interleave(
    [
      { name: "gateway", run: () => upstash.get(key) },
      { name: "direct", run: () => direct.get(key) },
    ],
    rounds,
  );
  const pipelines = await interleave(
    [
      { name: "gateway", run: () => filled(upstash.pipeline(), key).exec() },
      { name: "direct", run: () => filled(direct.pipeline(), key).exec() },
    ],
    Math.ceil(rounds / 5),
  );
  await upstash.del(key);
  direct.disconnect();
  return {
    ...compared("redis_get_p50_ms", "ioredis_get_p50_ms", "redis_get_ratio", gets),
    ...compared(
      "redis_pipeline100_ms",
      "ioredis_pipeline100_ms",
      "redis_pipeline100_ratio",
      pipelines,
    ),
  };
}

function filled<P extends { get(key: string): unknown }>(pipeline: P, key: string): P {
  for (let count = 0; count < pipeline_commands; count++) pipeline.get(key);
  return pipeline;
}

async function benchPostgres(info: PostgresInfo, rounds: number): Promise<BenchResult> {
  process.stderr.write(`timing ${rounds} rounds on ${info.engine}\n`);
  neonConfig.fetchEndpoint = info.fetchEndpoint;
  const sql = neon(info.databaseUrl);
  const gateway = { name: "gateway", run: () => sql`select ${1}::int as one` };
  const direct = new pg.Client({ connectionString: process.env.DATABASE_URL ?? info.wireUrl });
  await direct.connect();
  const selects = await interleave(
    [gateway, { name: "direct", run: () => direct.query("select $1::int as one", [1]) }],
    rounds,
  );
  await direct.end();
  return compared("pg_select_p50_ms", "pg_direct_select_p50_ms", "pg_select_ratio", selects);
}

function compared(
  gatewayName: string,
  directName: string,
  ratioName: string,
  samples: ReadonlyMap<string, readonly number[]>,
): BenchResult {
  const gateway_ms = percentile(samples.get("gateway") ?? [], 0.5);
  const direct_ms = percentile(samples.get("direct") ?? [], 0.5);
  return {
    [gatewayName]: rounded(gateway_ms),
    [directName]: rounded(direct_ms),
    [ratioName]: rounded(gateway_ms / direct_ms),
  };
}
