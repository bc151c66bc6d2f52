import { createRedis, type Redis } from "../../redis/client.ts";
import { type Cache, createCache } from "../cache.ts";
import { type CacheCounts, createCacheCounts } from "../counter.ts";
import type { CacheTimes } from "../limits.ts";
import { redisStore } from "../redis-store.ts";
import { systemTimer, type Timer } from "../time.ts";

/** One isolate's cache over the production client, and what a test wants to see of it. */
export interface RealIsolate {
  readonly cache: Cache;
  readonly counts: CacheCounts;
  /** The commands it sent, as they are billed: each of a pipeline or a transaction. */
  readonly commands: string[];
  /** Resolves when all that went on after answers has ended. */
  settled(): Promise<void>;
}

export interface RealIsolateOptions {
  readonly url: string;
  readonly token: string;
  readonly random: () => number;
  readonly timer?: Timer;
  readonly times?: CacheTimes;
}

/** A cache of an isolate of its own on a real address. */
export function isolateOn(options: RealIsolateOptions): RealIsolate {
  const { url, token, random, timer = systemTimer, times } = options;
  const redis = createRedis({ url, token });
  const commands = recordCommands(redis);
  const counter = createCacheCounts();
  const background: Promise<unknown>[] = [];
  const parts = { store: redisStore(redis), timer, random, counter };
  const isolate = createCache(times === undefined ? parts : { ...parts, times });
  return {
    cache: isolate.forRequest((work) => background.push(work)),
    counts: counter.counts,
    commands,
    settled: async () => {
      // What goes on may begin more of its kind.
      while (background.length > 0) await Promise.all(background.splice(0));
    },
  };
}

function recordCommands(redis: Redis): string[] {
  const commands: string[] = [];
  redis.use((request, next) => {
    const [first] = request.body as readonly unknown[];
    const sent = Array.isArray(first) ? (request.body as readonly unknown[][]) : [request.body];
    for (const [name] of sent as readonly unknown[][]) commands.push(String(name).toLowerCase());
    return next(request);
  });
  return commands;
}
