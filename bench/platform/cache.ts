import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { startPart } from "../../local/process/spawn.ts";
import type { RedisInfo } from "../../local/redis/start.ts";
import { isolateOn, type RealIsolate } from "../../platform/cache/testing/isolate-on.ts";
import { percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";

const ready_ms_max = 90_000;
const reads = 1_000;
const lateReads = 200;
const slow_ms = 250;
const schema = z.object({ id: z.number(), title: z.string() });
const tags = ["bench:cache"];
const token = "bench-token-of-16";

/**
 * What a read through the cache takes, over the production client against the local gateway, with a
 * source that answers at once: so a miss is what the cache adds to a load, and a late answer is late
 * by all the time it took. Late ones are measured twice: with a new isolate for each read, which has
 * not learned yet that Redis is in trouble, and in one isolate that learns it.
 */
export async function bench(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "offrail-bench-cache-"));
  process.stderr.write("starting Redis behind its gateway\n");
  const redis = await startPart<RedisInfo>(
    new URL("../../local/redis/main.ts", import.meta.url),
    { folder, port: 0, token, redisUrl: process.env.REDIS_URL },
    ready_ms_max,
  );
  const slow = await startSlowRedis();
  try {
    process.stderr.write(`timing reads on ${redis.info.engine}\n`);
    return {
      ...(await healthy(() => isolateOn({ url: redis.info.restUrl, token, random: Math.random }))),
      ...(await troubled("slow", slow.url)),
      ...(await troubled("down", "http://127.0.0.1:1")),
    };
  } finally {
    slow.stop();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function healthy(isolate: () => RealIsolate): Promise<BenchResult> {
  const one = isolate();
  for (let id = 0; id < reads / 10; id += 1) await read(one, `warm:${id}`);
  await one.settled();
  const misses_ms: number[] = [];
  for (let id = 0; id < reads; id += 1) {
    misses_ms.push(await timed(() => read(one, `bench:${id}`)));
    // The next miss is not to meet what goes on after this one.
    await one.settled();
  }
  const hits_ms: number[] = [];
  let commands = 0;
  for (let id = 0; id < reads; id += 1) {
    const before = { hits: hitsOf(one), commands: one.commands.length };
    const took_ms = await timed(() => read(one, `bench:${id}`));
    await one.settled();
    // On a machine too busy to answer in time a read is no hit, and no cached read.
    if (hitsOf(one) === before.hits) continue;
    hits_ms.push(took_ms);
    commands += one.commands.length - before.commands;
  }
  if (hits_ms.length < reads / 2) throw new Error(`only ${hits_ms.length} of ${reads} were hits`);
  await one.cache.invalidate(tags);
  return {
    cache_hit_p50_ms: rounded(percentile(hits_ms, 0.5)),
    cache_hit_p99_ms: rounded(percentile(hits_ms, 0.99)),
    cache_miss_p50_ms: rounded(percentile(misses_ms, 0.5)),
    redis_commands_per_cached_read: rounded(commands / hits_ms.length),
  };
}

function hitsOf({ counts }: RealIsolate): number {
  return counts.statistics?.hit ?? 0;
}

async function troubled(how: "slow" | "down", url: string): Promise<BenchResult> {
  process.stderr.write(`timing reads with Redis ${how}\n`);
  const isolate = () => isolateOn({ url, token, random: Math.random });
  const unaware_ms: number[] = [];
  for (let id = 0; id < lateReads; id += 1) {
    const fresh = isolate();
    unaware_ms.push(await timed(() => read(fresh, `late:${id}`)));
  }
  const one = isolate();
  const aware_ms: number[] = [];
  for (let id = 0; id < reads; id += 1) aware_ms.push(await timed(() => read(one, `late:${id}`)));
  return {
    [`extra_ms_p99_redis_${how}`]: rounded(percentile(unaware_ms, 0.99)),
    [`extra_ms_p99_redis_${how}_once_known`]: rounded(percentile(aware_ms, 0.99)),
  };
}

async function read({ cache }: RealIsolate, key: string): Promise<void> {
  const load = async () => ({ id: 1, title: "a page of a seller's designs" });
  await cache.read("statistics", key, load, { schema, tags });
}

async function timed(run: () => Promise<void>): Promise<number> {
  const began_ms = performance.now();
  await run();
  return performance.now() - began_ms;
}

/** Answers every command, only far too late. */
async function startSlowRedis() {
  const server = createServer((_request, response) => {
    setTimeout(() => response.end('{"result":[null,null,null]}'), slow_ms);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
