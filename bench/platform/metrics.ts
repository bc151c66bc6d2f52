import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Redis } from "ioredis";
import { type Stack, startStack } from "../../local/stack.ts";
import { fieldName } from "../../platform/meter/fields.ts";
import { hourKey, hourOf } from "../../platform/meter/keys.ts";
import { latencyBuckets } from "../../platform/meter/latency.ts";
import { meterModules, meterUnitNames } from "../../platform/meter/units.ts";
import { percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";

const token = "bench-scraper-token";
const scrapes = 300;
const routes = 60;
const caches = ["user", "session", "business", "statistics", "galleryPage", "roomDirectory"];
const hour_ms = 3_600_000;

/**
 * What a scrape of `/metrics` takes on the production Worker in workerd, over the local gateways,
 * with every unit of every module, sixty routes and all caches counted in both hours it reads: more
 * than a busy house has.
 */
export async function bench(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "offrail-bench-metrics-"));
  process.stderr.write("starting the stack\n");
  const stack = await startStack({
    folder,
    ports: { site: 0, redis: 0, postgres: 0 },
    settings: { METRICS_TOKEN: token },
  });
  const redis = new Redis(stack.redis.redisUrl);
  try {
    await fill(redis);
    return await measure(stack, redis);
  } finally {
    redis.disconnect();
    await stack.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function fill(redis: Redis): Promise<void> {
  const hash: Record<string, number> = {};
  for (const module of meterModules)
    for (const unit of meterUnitNames) hash[fieldName({ type: "unit", module, unit })] = 123_456;
  for (let number = 0; number < routes; number += 1) {
    const route = `GET /v1/bench/${number}/:id`;
    hash[fieldName({ type: "route_ms", route })] = 123_456;
    for (const statusClass of [2, 4, 5])
      for (let bucket = 0; bucket < latencyBuckets; bucket += 1)
        hash[fieldName({ type: "route", route, statusClass, bucket })] = 1_234;
  }
  for (const cache of caches)
    for (const outcome of ["hit", "stale", "miss", "bypass", "error"])
      hash[fieldName({ type: "cache", cache, outcome })] = 1_234;
  for (const hour of [hourOf(Date.now()), hourOf(Date.now() - hour_ms)])
    await redis.hset(hourKey(hour), hash);
}

async function measure(stack: Stack, redis: Redis): Promise<BenchResult> {
  const scrape = async () => {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(`${stack.url}/metrics`, { headers });
    if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
    return await response.text();
  };
  // The first asks how everything does and sums up the hours that are over; later ones read that.
  for (let warm = 0; warm < 20; warm += 1) await scrape();
  process.stderr.write(`timing ${scrapes} scrapes\n`);
  const commandsBefore = await readingCommands(redis);
  const took_ms: number[] = [];
  let text = "";
  for (let number = 0; number < scrapes; number += 1) {
    const started_ms = performance.now();
    text = await scrape();
    took_ms.push(performance.now() - started_ms);
  }
  const commands = (await readingCommands(redis)) - commandsBefore;
  return {
    metrics_scrape_ms: rounded(percentile(took_ms, 0.5)),
    metrics_scrape_p99_ms: rounded(percentile(took_ms, 0.99)),
    metrics_scrape_redis_commands: rounded(commands / scrapes),
    metrics_scrape_series: text.split("\n").filter((line) => /^[a-z]/.test(line)).length,
    metrics_scrape_bytes: new TextEncoder().encode(text).byteLength,
  };
}

/** How many of the commands that a scrape is made of Redis has run. */
async function readingCommands(redis: Redis): Promise<number> {
  const info = await redis.info("commandstats");
  return ["hgetall", "zcount", "get"].reduce((sum, name) => {
    const calls = new RegExp(`^cmdstat_${name}:calls=(\\d+)`, "m").exec(info)?.[1];
    return sum + Number(calls ?? 0);
  }, 0);
}
