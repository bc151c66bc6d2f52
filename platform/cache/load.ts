import { encodeEntry, type Versions } from "./entry.ts";
import type { Filled, Isolate, Read } from "./isolate.ts";
import { type EntryLife, lifeOf, markerLife } from "./life.ts";

/** Loads the value, to be shown and not kept. */
export async function loadOnly<T>(
  read: Read<T>,
  outcome: Filled<T>["outcome"],
): Promise<Filled<T>> {
  return { value: await read.load(), outcome };
}

/** How a loaded value is to be kept. */
export interface Keeping {
  /** The versions of the tags from before the load; when they are not known it is not kept. */
  readonly versions: Versions | undefined;
  /** Whether this read holds the lease, or may hold it. */
  readonly release: boolean;
  /** Whether a load that throws leaves word of it, for those who wait. Not over a stale value. */
  readonly markFailure: boolean;
}

/**
 * Loads the value, and keeps it in the background. Versions are older than the load, so a value that
 * was overtaken by an invalidation is kept under versions that no longer match, and so never shown.
 * @throws what the load throws
 */
export async function loadAndKeep<T>(
  isolate: Isolate,
  read: Read<T>,
  keeping: Keeping,
  outcome: Filled<T>["outcome"],
): Promise<Filled<T>> {
  const began_ms = isolate.timer.now_ms();
  let value: T | undefined;
  try {
    value = await read.load();
  } catch (error) {
    if (keeping.markFailure) void put(isolate, read, keeping, markerLife(isolate), began_ms);
    throw error;
  }
  const life = lifeOf(isolate, read, value, began_ms);
  const isPut = !life.isMarker || keeping.release;
  const kept = isPut ? put(isolate, read, keeping, life, began_ms) : undefined;
  const isTooLarge = life.content.type === "unkept" && !life.isMarker;
  const filled = { value, outcome: isTooLarge && outcome === "miss" ? "bypass" : outcome } as const;
  return kept === undefined ? filled : { ...filled, kept };
}

/** Keeps something in the background, if it is known under which versions. */
function put<T>(
  isolate: Isolate,
  read: Read<T>,
  { versions, release }: Keeping,
  life: EntryLife,
  began_ms: number,
): Promise<void> | undefined {
  if (versions === undefined) return undefined;
  const kept = keep(isolate, read, versions, life, release, began_ms);
  read.background(kept);
  return kept;
}

async function keep<T>(
  { guard, store, timer, times }: Isolate,
  { address }: Read<T>,
  versions: Versions,
  { content, fresh_ms, stale_ms }: EntryLife,
  release: boolean,
  began_ms: number,
): Promise<void> {
  const now_ms = timer.now_ms();
  const freshUntil_ms = (content.type === "unkept" ? now_ms : began_ms) + fresh_ms;
  const life_ms = freshUntil_ms + stale_ms - now_ms;
  if (life_ms < 1) return;
  const text = encodeEntry(address, versions, freshUntil_ms, content);
  // A lease that may have run out is perhaps another's by now.
  const isHeld = release && now_ms - began_ms < times.lease_ms;
  const linger_ms = isHeld ? times.leaseLinger_ms : undefined;
  await guard.askInBackground(() => store.keep(address, text, life_ms, linger_ms));
}
