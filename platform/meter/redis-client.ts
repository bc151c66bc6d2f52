import type { Redis } from "../redis/client.ts";
import type { Meter } from "./meter.ts";

/**
 * Commands that a script is billed as: itself and what it calls, which a client cannot see. Those on
 * most paths are the limiter's: over a sliding window, of two keys, it makes three calls, over a fixed
 * one, of one key, one call; the first in a window is one more. All other scripts count as the former.
 */
const scriptCommands = 4;
const scriptCommandsOfOneKey = 2;

const scripts: ReadonlySet<string> = new Set(["eval", "evalsha", "eval_ro", "evalsha_ro", "fcall"]);

/** How many commands the body of one request to Redis is billed as. */
export function billedCommands(body: unknown): number {
  if (!Array.isArray(body) || body.length === 0) return 0;
  const [first, , keys] = body as readonly unknown[];
  // A pipeline or a transaction is an array of commands; each counts.
  if (Array.isArray(first))
    return body.reduce((sum: number, command) => sum + billedCommands(command), 0);
  if (!scripts.has(String(first).toLowerCase())) return 1;
  return Number(keys) === 1 ? scriptCommandsOfOneKey : scriptCommands;
}

/** Counts, from now on, every command that this client sends. @returns the same client */
export function meterRedis(redis: Redis, meter: Meter): Redis {
  redis.use((request, next) => {
    meter.countHere("redis_commands", billedCommands(request.body));
    return next(request);
  });
  return redis;
}
