import type { Redis } from "../redis/client.ts";

/**
 * Says when the next sweep can find anything, so that a sweep that cannot does not wake the
 * database. It is a hint: without it every sweep looks, which is right and only costs more.
 */
export interface SweepMarker {
  /** A job was queued: the next sweep looks. Never throws. */
  soon(): Promise<void>;
  /** Whether a sweep is due. Whoever is told so must say `next` afterwards. Never throws. */
  due(now_ms: number): Promise<boolean>;
  /** The next sweep that looks is the first one after this moment. Never throws. */
  next(at_ms: number): Promise<void>;
}

const key = "jobs:sweep-at";

/**
 * The marker in Redis: one command for a queued job, one for a sweep that is not due, three for one
 * that is. It is taken away before the database is asked and set afterwards only if it is still
 * away, because a job queued in between has marked it anew.
 */
export function redisSweepMarker(redis: Pick<Redis, "get" | "set" | "del">): SweepMarker {
  return {
    soon: () => quietly(() => redis.set(key, 0)),
    due: async (now_ms) => {
      try {
        const at_ms = await redis.get<number>(key);
        if (typeof at_ms === "number" && at_ms > now_ms) return false;
        if (at_ms !== null) await redis.del(key);
      } catch {
        // Redis does not know, so the database must be asked.
      }
      return true;
    },
    next: (at_ms) => quietly(() => redis.set(key, Math.ceil(at_ms), { nx: true })),
  };
}

async function quietly(command: () => Promise<unknown>): Promise<void> {
  try {
    await command();
  } catch {
    // The key is gone or old; either way sweeps go on, at the latest when it is reached.
  }
}
