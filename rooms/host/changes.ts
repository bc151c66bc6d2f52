import type { RoomEffect, RoomTypes } from "../room.ts";

/** What one step stores: values to put and keys to delete. */
export interface Changes {
  readonly puts: Readonly<Record<string, unknown>>;
  readonly deletes: readonly string[];
}

/** The platform takes this many keys in one write. */
const changes_max = 128;

/**
 * Gathers all `store` effects of a step into one write; a later change of a key replaces an earlier
 * one.
 * @returns undefined when the step stores nothing
 * @throws RangeError beyond 128 keys, before anything is written
 */
export function collectChanges<T extends RoomTypes>(
  effects: readonly RoomEffect<T>[],
): Changes | undefined {
  const changes = new Map<string, unknown>();
  for (const effect of effects) {
    if (effect.type !== "store") continue;
    for (const [key, value] of Object.entries(effect.changes)) changes.set(key, value);
  }
  if (changes.size === 0) return undefined;
  if (changes.size > changes_max)
    throw new RangeError(`a step may store ${changes_max} keys, not ${changes.size}`);
  const puts: Record<string, unknown> = {};
  const deletes: string[] = [];
  for (const [key, value] of changes) {
    if (value === null) deletes.push(key);
    else puts[key] = value;
  }
  return { puts, deletes };
}
