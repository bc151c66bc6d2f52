import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Stack, startStack } from "../../../local/stack.ts";
import { liftedLimits } from "../../limits.ts";
import { childWith } from "../../processes.ts";
import { type Stores, startStores } from "../../servers/stores.ts";
import { packageVersions } from "../../versions.ts";
import { readUnits } from "./meter.ts";
import type { RunningSide } from "./side.ts";
import { startWire } from "./wire.ts";

/** The edge's side, and what only it can tell. */
export interface EdgeSide extends RunningSide {
  readonly stack: Stack;
  readonly redisUrl: string;
}

/**
 * The whole product as `npm start` runs it, before a Redis and a PostgreSQL of its own. The gateways
 * stand in for what Upstash and Neon put before theirs: they are measured, but are nobody's bill.
 */
export async function startEdge(): Promise<EdgeSide> {
  const folder = await mkdtemp(join(tmpdir(), "offrail-edge-"));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const stores = await startStores().catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  try {
    const { redisUrl, databaseUrl } = stores;
    const ports = { site: 0, redis: 0, postgres: 0 };
    // A run is shorter than rooms keep their counts to themselves. This has the isolate know of them at
    // once, and write them when it writes anyway.
    const settings = { RATE_LIMITS: liftedLimits, METER_ROOM_S: "0" };
    let logged_bytes = 0;
    const onWorkerOutput = (written: Buffer) => {
      logged_bytes += written.length;
      process.stderr.write(written);
    };
    const options = { folder, ports, redisUrl, databaseUrl, settings, onWorkerOutput };
    const stack = await startStack(options);
    return await sideOf(stack, stores, () => logged_bytes, remove).catch(async (error: unknown) => {
      await stack.stop();
      throw error;
    });
  } catch (error) {
    await stores.stop();
    await remove();
    throw error;
  }
}

async function sideOf(
  stack: Stack,
  stores: Stores,
  logged: () => number,
  remove: () => Promise<void>,
): Promise<EdgeSide> {
  const own = (entry: string) => childWith(process.pid, `local/${entry}/main.ts`);
  const { redisUrl, databaseUrl } = stores;
  const wire = await startWire(stack.url);
  return {
    name: "edge",
    url: wire.url,
    databaseUrl,
    roomTokenKeys: stack.secrets.roomTokenKeys,
    stack,
    redisUrl,
    processes: [
      { name: "worker", pids: [await own("worker")] },
      { name: "redis", pids: [stores.redisPid] },
      { name: "postgres", pids: [stores.postgresPid] },
      { name: "gateways", pids: [await own("redis"), await own("postgres")] },
    ],
    versions: {
      ...(await packageVersions(["workerd"])),
      postgres: stack.postgres.engine.replace(/^PostgreSQL /, ""),
      node: process.versions.node,
      redis: stores.redisVersion,
    },
    units: () => readUnits(stack.url, redisUrl),
    logged,
    bytes: () => wire.bytes(),
    stop: async () => {
      await wire.stop();
      await stack.stop();
      await stores.stop();
      await remove();
    },
  };
}
