import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../process/port.ts";
import type { Engine } from "./engine.ts";
import { gapsOfRedis } from "./gateway/dialect.ts";
import { inspectRedis } from "./inspect.ts";
import { awaitFormerOwner, claimFolder } from "./owner.ts";
import { type RedisProcess, spawnRedis } from "./spawn.ts";
import { endRunawayScript } from "./unblock.ts";

/** How long a start may take, which includes loading the data of the last run. */
const ready_ms_max = 15_000;
/** How often within a minute it is started again when it dies by itself, before we give up. */
const restarts_max = 5;
const restarts_within_ms = 60_000;
const restart_pause_ms = 200;

/**
 * Starts a redis-server of our own on a free port of this machine, with its data in `folder`. It is
 * started again on the same port should it die, and it ends with us, however we end.
 * @param program absolute path of redis-server
 * @throws Error with one line that says why it does not start and what to do
 */
export async function startRedisServer(program: string, folder: string): Promise<Engine> {
  await mkdir(folder, { recursive: true });
  await awaitFormerOwner(folder);
  let running = await launch(program, folder, 0);
  const { port } = running;
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();

  const startAgain = async (deaths_ms: readonly number[]) => {
    const recent = deaths_ms.filter((at_ms) => performance.now() - at_ms < restarts_within_ms);
    if (recent.length > restarts_max) throw new Error("it has died too often");
    await sleep(restart_pause_ms);
    await awaitFormerOwner(folder);
    if (stopping) return;
    running = await launch(program, folder, port);
    watch(running, recent);
  };
  const watch = (redis: RedisProcess, deaths_ms: readonly number[]) => {
    restarting = redis.exited.then(async () => {
      if (stopping) return;
      console.error(`redis-server ended by itself and is started again. ${redis.lastWords()}`);
      await startAgain([...deaths_ms, performance.now()]).catch((error: unknown) =>
        console.error("redis-server does not start again:", error),
      );
    });
  };
  watch(running, []);

  const url = `redis://127.0.0.1:${port}`;
  return {
    name: `redis-server ${running.version}`,
    url,
    gaps: gapsOfRedis(running.version),
    onSilence: async () => {
      if (await endRunawayScript(url)) running.kill();
    },
    stop: async () => {
      stopping = true;
      await running.stop();
      await restarting;
      await running.stop(); // a restart may have been under way
    },
  };
}

type RunningRedis = RedisProcess & { readonly port: number; readonly version: string };

/** Starts it on `wanted`, or on a free port when that is 0, and waits until it answers. */
async function launch(program: string, folder: string, wanted: number): Promise<RunningRedis> {
  const port = wanted === 0 ? await freePort(0) : wanted;
  const redis = await spawnRedis(program, serverArguments(port, folder));
  try {
    await claimFolder(folder, { pid: redis.pid, port });
    const version = await ready(redis, port);
    return { ...redis, port, version };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

/**
 * Every write is in the append-only file within a second. One database and no eviction, as at
 * Upstash; memory as in its free plan.
 */
function serverArguments(port: number, folder: string): string[] {
  return Object.entries({
    port: String(port),
    bind: "127.0.0.1",
    dir: folder,
    databases: "1",
    appendonly: "yes",
    appendfsync: "everysec",
    save: "",
    maxmemory: "256mb",
    "maxmemory-policy": "noeviction",
    loglevel: "warning",
    // After this it is willing to hear that a script shall be ended; a gateway waits longer.
    "lua-time-limit": "1000",
  }).flatMap(([name, value]) => [`--${name}`, value]);
}

async function ready(redis: RedisProcess, port: number): Promise<string> {
  const deadline_ms = performance.now() + ready_ms_max;
  let ended = false;
  void redis.exited.then(() => {
    ended = true;
  });
  while (performance.now() < deadline_ms && !ended) {
    const facts = await inspectRedis(`redis://127.0.0.1:${port}`, 1_000).catch(() => undefined);
    if (facts?.pid === redis.pid) return facts.version;
    await sleep(20);
  }
  const said = redis.lastWords() || `no answer within ${ready_ms_max} ms`;
  throw new Error(
    `redis-server does not start (${said}): if its data is damaged, clear it with npm run reset; or set REDIS_URL to a Redis that runs`,
  );
}
