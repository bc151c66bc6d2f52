/** One event as it waits to be sent. */
export interface QueuedEvent {
  /** Version 7, so that the order of uuids is the order of events. */
  readonly uuid: string;
  /** The event as JSON, as it will be sent. */
  readonly json: string;
}

/**
 * Where events wait. What `add` has resolved for is still there after a crash of the program.
 * Methods may be called at any time; each store puts them in order by itself.
 */
export interface EventStore {
  add(event: QueuedEvent): Promise<void>;
  /** The oldest events, at most `limit`. */
  oldest(limit: number): Promise<readonly QueuedEvent[]>;
  remove(uuids: readonly string[]): Promise<void>;
  count(): Promise<number>;
  close(): Promise<void>;
}

/** Where a write key says which place it is of: behind `offw_`, its game's id and its own. */
const placeAt = 33;

/**
 * Where a key's events wait. Whatever waits goes out with the key that comes next, so what was tried
 * in the sandbox waits apart; keys of one place share theirs, so that one can take another's place.
 */
export function storeName(name: string, writeKey: string): string {
  return writeKey[placeAt] === "s" ? `${name}-sandbox` : name;
}

/** Keeps events in memory only: for tests, and where there is nothing better. */
export function memoryStore(): EventStore {
  const events = new Map<string, QueuedEvent>();
  return {
    async add(event) {
      events.set(event.uuid, event);
    },
    oldest: async (limit) =>
      [...events.values()].sort((a, b) => (a.uuid < b.uuid ? -1 : 1)).slice(0, limit),
    async remove(uuids) {
      for (const uuid of uuids) events.delete(uuid);
    },
    count: async () => events.size,
    close: async () => {},
  };
}
