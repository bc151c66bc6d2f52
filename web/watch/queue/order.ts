import type { QueueItem } from "../../../protocol/watch/queue.ts";

/** What a move names: before which item to stand, or null for the end. */
export type Before = string | null;

/**
 * Where an item has to go to stand so many places further up (negative) or down. Votes come before
 * the order that people give, so that it can only pass items with as many votes as it has.
 * @param upcoming the waiting items as they are shown, the next one first
 * @returns undefined when there is no such place
 */
export function moveBy(
  upcoming: readonly QueueItem[],
  itemId: string,
  by: number,
): Before | undefined {
  const at = upcoming.findIndex(({ id }) => id === itemId);
  const item = upcoming[at];
  const target = upcoming[at + by];
  if (item === undefined || target === undefined || by === 0) return undefined;
  if (item.votes !== target.votes) return undefined;
  if (by < 0) return target.id;
  // Behind its target is before whatever follows that one in the given order, whatever its votes.
  const ordered = upcoming
    .filter(({ id }) => id !== itemId)
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  return ordered[ordered.findIndex(({ id }) => id === target.id) + 1]?.id ?? null;
}

/**
 * Where an item dropped on another one goes: into that one's place.
 * @returns undefined when that changes nothing, or votes stand against it
 */
export function dropOn(
  upcoming: readonly QueueItem[],
  itemId: string,
  targetId: string,
): Before | undefined {
  const from = upcoming.findIndex(({ id }) => id === itemId);
  const to = upcoming.findIndex(({ id }) => id === targetId);
  return from < 0 || to < 0 ? undefined : moveBy(upcoming, itemId, to - from);
}
