import { startEmbeddedRedis } from "./embedded.ts";
import { adoptRedis } from "./external.ts";
import type { Gaps } from "./gateway/dialect.ts";
import { findOnPath } from "./path.ts";
import { startRedisServer } from "./server.ts";

/** A Redis to put the gateway in front of. */
export interface Engine {
  /** What to tell a person, e.g. `redis-server 7.0.15`; holds no credentials. */
  readonly name: string;
  /** Address with credentials, if it has any. */
  readonly url: string;
  readonly gaps: Gaps;
  /** Called when it owes answers and sends none; may free it of what holds it up. */
  readonly onSilence?: () => Promise<void>;
  stop(): Promise<void>;
}

export type EngineKind = "redis-server" | "js-redis-server";

export interface EngineOptions {
  /** Where an engine of our own keeps its data. */
  readonly folder: string;
  /** A Redis that runs already; then no engine of our own is started. */
  readonly redisUrl?: string;
  /** Forces an engine of our own, for tests; goes before `redisUrl`. */
  readonly engine?: EngineKind;
}

/**
 * Chooses an engine and starts it: the given Redis, else `redis-server` from PATH, else the one
 * embedded in this process, which keeps its data in memory only.
 * @throws Error with one line that says what went wrong and what to do
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { folder, engine } = options;
  const redisUrl = options.redisUrl?.trim() ?? "";
  if (engine === undefined && redisUrl !== "") return adoptRedis(redisUrl);
  if (engine === "js-redis-server") return startEmbeddedRedis();
  const program = await findOnPath("redis-server");
  if (program !== undefined) return startRedisServer(program, folder);
  if (engine === undefined) return startEmbeddedRedis();
  throw new Error(
    "redis-server is not on PATH: install it (Debian: apt install redis-server, macOS: brew install redis), or set REDIS_URL",
  );
}
