import type { Background, Isolate } from "./isolate.ts";
import { cacheLimits } from "./limits.ts";
import { pause } from "./time.ts";

/**
 * Takes the versions of tags away. An entry is kept under the versions that its tags had before it
 * was loaded, and a tag without a version matches nothing: so from then on all its entries are
 * misses, those included that are being loaded at this moment. A tag that Redis evicts does the same.
 * @returns whether Redis has confirmed it
 */
export async function invalidate(
  isolate: Isolate,
  tagKeys: readonly string[],
  background: Background,
): Promise<boolean> {
  const { health, guard, store, fills, times } = isolate;
  if (tagKeys.length === 0) return true;
  // What was dropped may hold a lease, and nobody is to wait for that either.
  if (fills.dropTags(tagKeys)) health.abandoned();
  if (health.admits()) {
    const budget = { left_ms: times.redis_ms };
    const reply = await guard.ask(() => store.forget(tagKeys), budget);
    if (reply.type === "answer") return true;
  }
  background(goOnTrying(isolate, tagKeys));
  return false;
}

/** Tries whatever the health of Redis: an invalidation matters more than a rest. */
async function goOnTrying(isolate: Isolate, tagKeys: readonly string[]): Promise<void> {
  const { guard, store, timer, random } = isolate;
  for (const pause_ms of cacheLimits.invalidatePauses_ms) {
    await pause(timer, Math.ceil(pause_ms * (0.5 + random() / 2)));
    const reply = await guard.askInBackground(() => store.forget(tagKeys));
    if (reply.type === "answer") return;
  }
}
