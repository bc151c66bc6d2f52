/** How one named cache keeps its values. */
export interface CacheDefinition {
  /** How long a value is fresh, at most; chance takes up to a tenth off, so that not all end at once. */
  readonly ttl_s: number;
  /** How long after that it may still be shown, while somebody fetches it anew. */
  readonly stale_s: number;
  /** How long "there is no such thing" is remembered; with 0 it is not. */
  readonly negative_ttl_s: number;
  /** Larger values, as JSON in UTF-8, are not kept. */
  readonly value_bytes_max: number;
  /** Raise it when the shape of the values changes: entries of another version are never read. */
  readonly version: number;
  /** Whether each value has an end of its own, which a read then must tell. */
  readonly endsWithValue?: true;
}

const kibi = 1024;

/**
 * Every cache there is. A value is at most `ttl_s + stale_s` old, and with tags never older than
 * the last invalidation that Redis has confirmed.
 */
export const caches = {
  user: {
    ttl_s: 30 * 60,
    stale_s: 5 * 60,
    negative_ttl_s: 30,
    value_bytes_max: 16 * kibi,
    version: 1,
  },
  /** As long as the session lives, and a week at most. Never stale: an ended session opens nothing. */
  session: {
    ttl_s: 7 * 24 * 3600,
    stale_s: 0,
    negative_ttl_s: 0,
    value_bytes_max: 8 * kibi,
    version: 1,
    endsWithValue: true,
  },
  business: {
    ttl_s: 10 * 60,
    stale_s: 2 * 60,
    negative_ttl_s: 30,
    value_bytes_max: 16 * kibi,
    version: 1,
  },
  statistics: {
    ttl_s: 10 * 60,
    stale_s: 5 * 60,
    negative_ttl_s: 10,
    value_bytes_max: 256 * kibi,
    version: 1,
  },
  galleryPage: {
    ttl_s: 60,
    stale_s: 60,
    negative_ttl_s: 10,
    value_bytes_max: 256 * kibi,
    version: 1,
  },
  roomDirectory: {
    ttl_s: 5,
    stale_s: 10,
    negative_ttl_s: 5,
    value_bytes_max: 16 * kibi,
    version: 1,
  },
  /** What rooms that sleep are asked for monitors: asking wakes them. */
  lobbyState: {
    ttl_s: 30,
    stale_s: 30,
    negative_ttl_s: 0,
    value_bytes_max: 64 * kibi,
    version: 1,
  },
} as const satisfies Readonly<Record<string, CacheDefinition>>;

export type CacheName = keyof typeof caches;

/** Caches whose values end by themselves; their reads tell when. */
export type EndingCacheName = {
  [Name in CacheName]: (typeof caches)[Name] extends { readonly endsWithValue: true }
    ? Name
    : never;
}[CacheName];

export function definitionOf(name: CacheName): CacheDefinition {
  return caches[name];
}
