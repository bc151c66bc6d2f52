import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEngine } from "../../local/redis/engine.ts";
import { inspectRedis } from "../../local/redis/inspect.ts";
import { findOnPath } from "../../local/redis/path.ts";
import { findPostgres, startPostgresServer } from "./postgres.ts";

const answer_ms_max = 5_000;
const postgres = await findPostgres();
const redis = await findOnPath("redis-server");

/** Whether this machine has what the old design runs on; without it there is nothing to compare with. */
export const hasStores = postgres !== undefined && redis !== undefined;
if (!hasStores)
  console.warn("redis-server or PostgreSQL is missing: the old design cannot be tried here");

/** A real Redis and a real PostgreSQL with nothing in them, and the processes that they are. */
export interface Stores {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly redisPid: number;
  readonly postgresPid: number;
  /** As it says it, such as `7.0.15`. */
  readonly redisVersion: string;
  stop(): Promise<void>;
}

/** @throws Error when the machine does not have them, see `hasStores` */
export async function startStores(): Promise<Stores> {
  if (postgres === undefined) throw new Error("there is no PostgreSQL on this machine");
  const folder = await mkdtemp(join(tmpdir(), "offrail-stores-"));
  const engine = await startEngine({ folder, engine: "redis-server" });
  const { pid, version } = await inspectRedis(engine.url, answer_ms_max);
  const database = await startPostgresServer(postgres);
  return {
    redisUrl: engine.url,
    databaseUrl: database.url,
    redisPid: pid,
    postgresPid: database.pid(),
    redisVersion: version,
    async stop() {
      await Promise.all([engine.stop(), database.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
