import type { CacheAddress } from "./address.ts";
import type { CacheCounter } from "./counter.ts";
import type { Parse } from "./entry.ts";
import { createFlights, type Flights } from "./flights.ts";
import { createGuard, type Guard, type Reply } from "./guard.ts";
import { createHealth, type Health } from "./health.ts";
import { type CacheTimes, cacheLimits, defaultCacheTimes } from "./limits.ts";
import type { CacheStore, Look } from "./store.ts";
import type { CacheDefinition, CacheName } from "./table.ts";
import type { Timer } from "./time.ts";

/** What a cache needs from outside. */
export interface CacheParts {
  readonly store: CacheStore;
  readonly timer: Timer;
  /** Uniform in [0, 1); need not be secret. */
  readonly random: () => number;
  readonly counter: CacheCounter;
  /** Other times, for a Redis that is farther away than usual. */
  readonly times?: CacheTimes;
}

/** A value that was not found but made, and how that read is counted. */
export interface Filled<T> {
  readonly value: T | undefined;
  readonly outcome: "miss" | "bypass" | "error";
  /** Resolves when Redis has it, or will not have it. Until then this isolate is asked for it. */
  readonly kept?: Promise<void>;
}

/**
 * A value that is being loaded, here or by who holds the lease, so that it depends on Redis no more.
 * The promise is in an object, so that to wait for the beginning is not to wait for the end.
 */
export interface Begun<T> {
  readonly filling: Promise<Filled<T>>;
}

/** A claim that was answered, and what comes of it. */
export interface Claiming<T> {
  /** Whether it was this claim that gave the tags their versions, so that no load is older. */
  readonly isNew: boolean;
  readonly begun: Promise<Begun<T>>;
}

/** All that one isolate keeps: how Redis is doing, and reads in flight. No value outlives its read. */
export interface Isolate extends Required<CacheParts> {
  readonly health: Health;
  readonly guard: Guard;
  readonly looks: Flights<Reply<Look>>;
  /** Claims that give versions to tags. */
  readonly claims: Flights<Claiming<unknown>>;
  readonly fills: Flights<Begun<unknown>>;
  readonly refreshes: Flights<void>;
}

/** One read, as the parts of the cache see it. */
export interface Read<T> {
  readonly name: CacheName;
  readonly definition: CacheDefinition;
  readonly address: CacheAddress;
  readonly load: () => Promise<T | undefined>;
  readonly parse: Parse<T>;
  readonly expiresAt_ms: ((value: T) => number) | undefined;
  readonly background: Background;
}

/** Takes work that goes on after the answer: `waitUntil` of the request. */
export type Background = (work: Promise<unknown>) => void;

const breaker = { failures_max: 5, rest_ms: { first: 1_000, last: 16_000 } } as const;

export function createIsolate(parts: CacheParts): Isolate {
  const { timer, random, times = defaultCacheTimes } = parts;
  const health = createHealth({ ...breaker, timer, random, distrust_ms: times.lease_ms });
  const flights = <T>(age_ms_max: number): Flights<T> =>
    createFlights({ timer, flights_max: cacheLimits.flights, age_ms_max });
  return {
    ...parts,
    times,
    health,
    guard: createGuard(timer, health, times),
    looks: flights(times.redis_ms),
    claims: flights(times.redis_ms),
    fills: flights(times.follow_ms),
    refreshes: flights(times.lease_ms),
  };
}
