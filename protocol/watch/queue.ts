import { z } from "zod";
import { memberIdSchema } from "./member.ts";
import { sourceSchema } from "./source.ts";

/** Items that wait to be shown. */
export const queue_max = 50;
/** Items that were shown and are remembered. */
export const history_max = 20;

/**
 * Something to watch, wherever it stands: it waits in the queue, is being shown, or was shown. All
 * of them are one list in which an item changes its place; `currentOf`, `upcomingOf` and `historyOf`
 * pick from it.
 */
export const queueItemSchema = z.object({
  id: z.string().min(1).max(32),
  source: sourceSchema,
  place: z.enum(["queue", "current", "history"]),
  /** Sorts the items of one place; in the queue, people set it by moving. */
  order: z.number().finite(),
  addedBy: memberIdSchema.nullable(),
  addedByName: z.string().max(40),
  /** How many want it next; for the current one, how many want it skipped. */
  votes: z.number().int().nonnegative(),
});
export type QueueItem = z.infer<typeof queueItemSchema>;

/** What changed in the list: items that are new or different, and ids that are gone. */
export const queueChangeSchema = z.object({
  put: z.array(queueItemSchema),
  removed: z.array(z.string()),
});
export type QueueChange = z.infer<typeof queueChangeSchema>;

/** The list after a change. */
export function applyQueueChange(items: readonly QueueItem[], change: QueueChange): QueueItem[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const id of change.removed) byId.delete(id);
  for (const item of change.put) byId.set(item.id, item);
  return [...byId.values()];
}

/** The item being shown. */
export function currentOf(items: readonly QueueItem[]): QueueItem | undefined {
  return items.find(({ place }) => place === "current");
}

/** What comes, the next one first: most votes, then the order that people gave it. */
export function upcomingOf(items: readonly QueueItem[]): QueueItem[] {
  return items
    .filter(({ place }) => place === "queue")
    .sort((a, b) => b.votes - a.votes || a.order - b.order || (a.id < b.id ? -1 : 1));
}

/** What was shown, the latest first. */
export function historyOf(items: readonly QueueItem[]): QueueItem[] {
  return items
    .filter(({ place }) => place === "history")
    .sort((a, b) => b.order - a.order || (a.id < b.id ? 1 : -1));
}

/** How many votes skip the current item: half of those present. */
export function skipVotesNeeded(present: number): number {
  return Math.max(1, Math.ceil(present / 2));
}
