import type { Redis } from "../redis/client.ts";
import type { Meter } from "./meter.ts";

/**
 * Commands that a script is billed as. A call of the sliding-window script, the only one on most
 * paths, is billed as itself and three commands inside, and as four the first time in a window;
 * what a client cannot see it cannot count, so all scripts count as this.
 */
export const scriptCommands = 4;

const scripts: ReadonlySet<string> = new Set(["eval", "evalsha", "eval_ro", "evalsha_ro", "fcall"]);

/** How many commands the body of one request to Redis is billed as. */
export function billedCommands(body: unknown): number {
  if (!Array.isArray(body) || body.length === 0) return 0;
  const [first] = body as readonly unknown[];
  // A pipeline or a transaction is an array of commands; each counts.
  if (Array.isArray(first))
    return body.reduce((sum: number, command) => sum + billedCommands(command), 0);
  return scripts.has(String(first).toLowerCase()) ? scriptCommands : 1;
}

/** Counts, from now on, every command that this client sends. @returns the same client */
export function meterRedis(redis: Redis, meter: Meter): Redis {
  redis.use((request, next) => {
    meter.countHere("redis_commands", billedCommands(request.body));
    return next(request);
  });
  return redis;
}
