import { createDb, type Db } from "../db/client.ts";
import { type CacheOfIsolate, createCache } from "../platform/cache/cache.ts";
import { redisStore } from "../platform/cache/redis-store.ts";
import { systemTimer } from "../platform/cache/time.ts";
import { createMeteredRedis, isolateMeter } from "../platform/meter/isolate.ts";
import type { Meter } from "../platform/meter/meter.ts";
import { meterRedis } from "../platform/meter/redis-client.ts";
import { meterRooms } from "../platform/meter/rooms.ts";
import { meterSqlFetch } from "../platform/meter/sql-fetch.ts";
import { createRateLimiter, type RateLimiter } from "../platform/ratelimit/limiter.ts";
import { cachePatience, createRedis, type Redis } from "../platform/redis/client.ts";
import type { Party } from "../protocol/room.ts";
import {
  type AssetsBinding,
  type Bindings,
  missingRoom,
  parseSettings,
  type RoomNamespace,
  type Settings,
  SettingsError,
} from "./env.ts";
import { log } from "./log.ts";

/** A Postgres that slept takes a few hundred milliseconds to wake; this is well beyond it. */
const query_ms_max = 8_000;

/** What handlers work with. Nothing in it remembers a request. */
export interface Services {
  readonly settings: Settings;
  /** Every command is counted. */
  readonly redis: Redis;
  /** Every round trip is counted. */
  readonly db: Db;
  readonly limiter: RateLimiter;
  /** The named caches; `cacheOf` gives a request its own. */
  readonly caches: CacheOfIsolate;
  readonly rooms: Readonly<Record<Party, RoomNamespace>>;
  /** The buffers of analytics, which speak no sockets. */
  readonly analyticsBuffers: RoomNamespace;
  readonly assets: AssetsBinding;
  /** What the bill is made of, as this isolate counts it. */
  readonly meter: Meter;
  /** When these were made, and so about when the isolate began. */
  readonly startedAt_ms: number;
  /** The clock, in milliseconds since 1970. In a deployed Worker it advances only after I/O. */
  readonly now_ms: () => number;
}

/**
 * Makes the services of one isolate.
 * @param clock for tests: another clock, and a meter that no other services share
 * @throws SettingsError that names what is missing from the bindings
 */
export function createServices(bindings: Bindings, clock?: () => number): Services {
  const settings = parseSettings(bindings);
  for (const name of ["WATCH_ROOM", "LOBBY_ROOM", "CALL_ROOM", "ASSETS"])
    if (bindings[name] === undefined)
      throw new SettingsError(`Configuration cannot be used. ${name}: the binding is missing.`);
  const now_ms = clock ?? Date.now;
  const address = {
    url: settings.UPSTASH_REDIS_REST_URL,
    token: settings.UPSTASH_REDIS_REST_TOKEN.reveal(),
    version: settings.VERSION,
  };
  const { redis, meter } = clock ? createMeteredRedis(address, clock) : isolateMeter(address);
  return {
    settings,
    redis,
    db: createDb({
      databaseUrl: settings.DATABASE_URL.reveal(),
      fetch: meterSqlFetch(meter, now_ms),
      query_ms_max,
      ...(settings.NEON_FETCH_ENDPOINT ? { fetchEndpoint: settings.NEON_FETCH_ENDPOINT } : {}),
    }),
    caches: createCache({
      store: redisStore(meterRedis(createRedis(address, cachePatience), meter)),
      timer: { ...systemTimer, now_ms },
      random: Math.random,
      counter: meter,
    }),
    limiter: createRateLimiter(redis, settings.RATE_LIMITS, now_ms),
    rooms: {
      watch: meterRooms(bindings.WATCH_ROOM, meter),
      lobby: meterRooms(bindings.LOBBY_ROOM, meter),
      call: meterRooms(bindings.CALL_ROOM, meter),
      analytics: meterRooms(bindings.ANALYTICS_TAIL ?? missingRoom("ANALYTICS_TAIL"), meter),
    },
    analyticsBuffers: meterRooms(
      bindings.ANALYTICS_BUFFER ?? missingRoom("ANALYTICS_BUFFER"),
      meter,
    ),
    assets: bindings.ASSETS,
    meter,
    startedAt_ms: now_ms(),
    now_ms,
  };
}

const made = new WeakMap<Bindings, Services | SettingsError>();

/**
 * The services of this isolate, made at its first request. A configuration that cannot be used is
 * logged once and thrown at every request, because no request can be answered rightly without it.
 */
export function servicesOf(bindings: Bindings): Services {
  let services = made.get(bindings);
  if (services === undefined) {
    services = createOrExplain(bindings);
    made.set(bindings, services);
  }
  if (services instanceof SettingsError) throw services;
  return services;
}

function createOrExplain(bindings: Bindings): Services | SettingsError {
  try {
    return createServices(bindings);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    log("error", error.message, {}, "error");
    return error;
  }
}
