import type { Timer } from "./time.ts";

/** Work of one isolate that is under way, for others who would do the very same to join. */
export interface Flights<T> {
  find(key: string): Promise<T> | undefined;
  /**
   * Lets others join work until it ends, unless there is too much already.
   * @param linger what of its result is to end first, before it cannot be joined any more
   */
  add(
    key: string,
    tagKeys: readonly string[],
    work: Promise<T>,
    linger?: (result: T) => Promise<unknown> | undefined,
  ): void;
  /** Nobody is to join this work any more, if it is still the one under this key. */
  drop(key: string, work: Promise<T>): void;
  /**
   * Nobody is to join any work under these tags any more.
   * @returns whether there was any
   */
  dropTags(tagKeys: readonly string[]): boolean;
}

export interface FlightsOptions {
  readonly timer: Timer;
  /** How many can be joined at a time; what goes beyond that is done and not joined. */
  readonly flights_max: number;
  /**
   * How long one can be joined. The request that began it may have been cut off, and then it never
   * ends.
   */
  readonly age_ms_max: number;
}

export function createFlights<T>({ timer, flights_max, age_ms_max }: FlightsOptions): Flights<T> {
  const flights = new Map<string, Flight<T>>();
  const dropOld = () => {
    // They stand in the order in which they began.
    for (const [key, { began_ms }] of flights) {
      if (timer.now_ms() - began_ms <= age_ms_max) return;
      flights.delete(key);
    }
  };
  const drop = (key: string, work: Promise<T>) => {
    if (flights.get(key)?.work === work) flights.delete(key);
  };
  return {
    find: (key) => {
      dropOld();
      return flights.get(key)?.work;
    },
    add: (key, tagKeys, work, linger) => {
      dropOld();
      if (flights.has(key) || flights.size >= flights_max) return;
      flights.set(key, { work, tagKeys, began_ms: timer.now_ms() });
      const land = () => drop(key, work);
      work.then((result) => linger?.(result)).then(land, land);
    },
    drop,
    dropTags: (tagKeys) => {
      const before = flights.size;
      for (const [key, flight] of flights)
        if (flight.tagKeys.some((tag) => tagKeys.includes(tag))) flights.delete(key);
      return flights.size < before;
    },
  };
}

interface Flight<T> {
  readonly work: Promise<T>;
  readonly tagKeys: readonly string[];
  readonly began_ms: number;
}
