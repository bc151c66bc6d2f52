import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { hourKey, hoursBack } from "../../../platform/meter/keys.ts";
import { flush_ms, flushBusy_ms } from "../../../platform/meter/meter.ts";
import { readMeter, unitTotals } from "../../../platform/meter/reading.ts";
import type { MeterUnit } from "../../../platform/meter/units.ts";

/** A run is shorter than this, and may begin in one hour and end in the next. */
const hours = 4;
const look_ms = 500;
/** While people go on asking the meter writes this seldom. */
const written_ms_max = flushBusy_ms + 2 * flush_ms;

/** The Redis commands of the meter are among all Redis commands, and stand apart besides. */
export type Units = Readonly<Record<MeterUnit | "redis_commands_meter", number>>;

/**
 * All that the meter has counted: of every module, for nobody else's people are here, and the
 * meter's own commands among it, for they are on the bill as well: an isolate writes as often here as
 * in production. What stands in the Worker's
 * memory is written down first: a request makes the meter write some seconds later.
 * @param origin of the Worker
 * @param redisUrl past the gateway, which counts what it is asked
 * @throws Error when the meter does not write
 */
export async function readUnits(origin: string, redisUrl: string): Promise<Units> {
  const redis = new Redis(redisUrl);
  try {
    const before = await totals(redis);
    await (await fetch(new URL("/health", origin))).arrayBuffer();
    const deadline_ms = performance.now() + written_ms_max;
    // The request itself is counted, so that there is always something to be written. It is there
    // when nothing moves any more, or when others have asked all the time, at the next writing.
    let now = before;
    while (performance.now() < deadline_ms) {
      await pause(look_ms);
      now = await totals(redis);
      if (now.worker_requests > before.worker_requests && (await isStill(redis, now))) return now;
    }
    if (now.worker_requests > before.worker_requests) return now;
    throw new Error("the meter does not write");
  } finally {
    redis.disconnect();
  }
}

/** Whether nothing is written for longer than the meter waits. */
async function isStill(redis: Redis, before: Units): Promise<boolean> {
  await pause(flush_ms + 2 * look_ms);
  return (await totals(redis)).worker_requests === before.worker_requests;
}

async function totals(redis: Redis): Promise<Units> {
  const keys = hoursBack(Date.now(), hours).map(hourKey);
  const reading = readMeter(...(await Promise.all(keys.map((key) => redis.hgetall(key)))));
  return {
    ...unitTotals(reading),
    redis_commands_meter: reading.units.get("meter")?.get("redis_commands") ?? 0,
  };
}
