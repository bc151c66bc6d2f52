import type { Versions } from "./entry.ts";
import type { Begun, Filled, Isolate, Read } from "./isolate.ts";
import { cacheLimits } from "./limits.ts";
import { loadOnly } from "./load.ts";
import { type Budget, late, within, withinBudget } from "./time.ts";

/** Reads with the same key and versions want the same value. */
export function shareKey<T>({ address }: Read<T>, versions: Versions): string {
  return `${address.entry} ${versions.join(".")}`;
}

/**
 * Does work once for all reads of this isolate that want it at the same time. A read waits within its
 * budget for the work to begin, which may take Redis, and then for as long as it takes.
 *
 * The request that leads may be cut off, and then its work never ends: a follower waits only so
 * long, and then the first of them leads anew.
 */
export async function once<T>(
  isolate: Isolate,
  read: Read<T>,
  key: string,
  budget: Budget,
  start: () => Promise<Begun<T>>,
  follows: number = cacheLimits.follows,
): Promise<Begun<T>> {
  const flying = follows > 0 ? isolate.fills.find(key) : undefined;
  if (flying === undefined) return await lead(isolate, read, key, start);
  const begun = await withinBudget(isolate.timer, flying, budget);
  if (begun === late) return { filling: loadOnly(read, "error") };
  const orAnew = async (): Promise<Filled<T>> => {
    const filled = await follow(isolate, read, begun);
    if (filled !== late) return filled;
    isolate.fills.drop(key, flying);
    return await (await once(isolate, read, key, budget, start, follows - 1)).filling;
  };
  return { filling: orAnew() };
}

/**
 * The outcome of another read's work, or `late`. The value is parsed anew, so that no two requests
 * hold one object.
 */
export async function follow<T>(
  { timer, times }: Isolate,
  read: Read<T>,
  { filling }: Begun<unknown>,
): Promise<Filled<T> | typeof late> {
  const filled = await within(timer, filling, times.follow_ms);
  if (filled === late) return late;
  if (filled.value === undefined) return { ...filled, value: undefined };
  const value = read.parse(filled.value);
  return value === undefined ? late : { ...filled, value };
}

/**
 * Does work that others may join. Who holds a lease always leads: to follow one that waits for that
 * very lease would be to wait for oneself.
 */
export async function lead<T>(
  { fills }: Isolate,
  read: Read<T>,
  key: string,
  start: () => Promise<Begun<T>>,
): Promise<Begun<T>> {
  const begun = start();
  // A value on its way to Redis is still had from here: others would wait for it to arrive there.
  fills.add(key, read.address.tags, begun, async ({ filling }) => (await filling).kept);
  // It goes on when its request is answered or gone, because others may be waiting for it.
  read.background(begun.then(({ filling }) => filling).catch(() => {}));
  return await begun;
}
