import { createRedis, type Redis } from "../redis/client.ts";
import { createMeter, type Meter } from "./meter.ts";
import { meterRedis } from "./redis-client.ts";
import { redisMeterWriter } from "./redis-writer.ts";

/** Where an isolate's meter writes, and for which version of the Worker. */
export interface MeterAddress {
  readonly url: string;
  readonly token: string;
  readonly version: string;
}

/** A meter, and the client it writes with, whose commands it counts. */
export interface MeteredRedis {
  readonly meter: Meter;
  readonly redis: Redis;
}

/** Makes a meter and its client. @param now_ms the clock */
export function createMeteredRedis(
  { url, token, version }: MeterAddress,
  now_ms: () => number,
): MeteredRedis {
  const redis = createRedis({ url, token });
  const meter = createMeter({
    writer: redisMeterWriter(redis, version),
    now_ms,
    sleep: (duration_ms) => new Promise((resolve) => setTimeout(resolve, duration_ms)),
  });
  return { meter, redis: meterRedis(redis, meter) };
}

/** One address an isolate, because it has one configuration. */
let made: { readonly address: MeterAddress; readonly metered: MeteredRedis } | undefined;

/**
 * The meter of this isolate. Functions and rooms that run in one isolate share it, so that they
 * write together. It keeps counts and nothing of any request.
 */
export function isolateMeter(address: MeterAddress): MeteredRedis {
  const { url, token, version } = address;
  const kept = made?.address;
  if (made === undefined || kept?.url !== url || kept.token !== token || kept.version !== version)
    made = { address: { url, token, version }, metered: createMeteredRedis(address, Date.now) };
  return made.metered;
}
