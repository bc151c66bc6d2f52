/** What bounds a cache, whatever its name and wherever its Redis is. */
export const cacheLimits = {
  /** Reads in flight that others of this isolate may join. */
  flights: 1_000,
  /** How often a read joins one that then does not end, before it loads by itself. */
  follows: 2,
  key_length: 200,
  tags: 8,
  tag_length: 200,
  /** How far the clocks of two isolates may be apart. */
  skew_ms: 60_000,
  /** How long a tag nobody used anew is remembered; its entries are then misses. */
  tagLife_s: 24 * 3600,
  /** Pauses before each further attempt to invalidate. */
  invalidatePauses_ms: [100, 400, 1_600, 6_400],
} as const;

/** How long a cache waits for what, in milliseconds. */
export interface CacheTimes {
  /** What a read waits for Redis, all its round trips together, before it goes on without. */
  readonly redis_ms: number;
  /** How long a command may take that nobody waits for. */
  readonly background_ms: number;
  /** How long a lease holds when its holder does not give it back. */
  readonly lease_ms: number;
  /**
   * How long it holds on when it is given back; at least `redis_ms`. Who has looked before the value
   * was there, and claims after that, is refused and looks again.
   */
  readonly leaseLinger_ms: number;
  /** How long a read waits for the holder of a lease in another isolate. */
  readonly wait_ms: number;
  /** Pauses between two looks of a waiting read; they grow from the first to the second. */
  readonly poll_ms: { readonly first: number; readonly last: number };
  /** How long a read waits for one of the same isolate, whose request may have been cut off. */
  readonly follow_ms: number;
  /** How long others do not queue up for a value that could not be kept. */
  readonly marker_ms: number;
}

/**
 * Times for a Redis in the same region. A broken one costs an answer `redis_ms`: fifteen milliseconds
 * below the 50 that are promised, because alarms ring late on a busy machine.
 */
export const defaultCacheTimes: CacheTimes = {
  redis_ms: 35,
  background_ms: 1_000,
  lease_ms: 1_000,
  leaseLinger_ms: 100,
  wait_ms: 1_500,
  poll_ms: { first: 10, last: 100 },
  follow_ms: 2_000,
  marker_ms: 1_000,
};
