import type { QueueItem } from "../../protocol/watch/queue.ts";
import { keys } from "./keys.ts";
import type { Turn } from "./turn.ts";
import type { Item, KeptState } from "./types.ts";

/** An item as pages see it. For the current one, only those who are there vote. */
export function viewOf(kept: Pick<KeptState, "members">, { voters, ...item }: Item): QueueItem {
  const counted = item.place === "current" ? voters.filter((id) => isPresent(kept, id)) : voters;
  return { ...item, votes: counted.length };
}

const isPresent = ({ members }: Pick<KeptState, "members">, id: string) =>
  members.get(id)?.away_ms === null;

/** Changes items, stores each that changed, and tells everybody. */
export function changeItems(
  turn: Turn,
  put: readonly Item[],
  removed: readonly string[] = [],
): void {
  const items = new Map(turn.kept.items);
  for (const id of removed) items.delete(id);
  for (const item of put) items.set(item.id, item);
  const stored = Object.fromEntries([
    ...removed.map((id) => [keys.item(id), null]),
    ...put.map((item) => [keys.item(item.id), item]),
  ]);
  turn.keep({ items }, stored);
  const views = put.map((item) => viewOf(turn.kept, item));
  turn.tellSoon({ type: "queue", put: views, removed: [...removed] });
}

/** Only those who are there vote on the current item: who comes or goes may change the count. */
export function tellVotes(turn: Turn, before: KeptState): void {
  const current = turn.kept.items.get(turn.kept.anchor.itemId);
  const known = before.items.get(turn.kept.anchor.itemId);
  if (current === undefined || current !== known) return;
  const view = viewOf(turn.kept, current);
  if (view.votes !== viewOf(before, known).votes)
    turn.tellSoon({ type: "queue", put: [view], removed: [] });
}

export function itemsAt({ items }: KeptState, place: QueueItem["place"]): Item[] {
  return [...items.values()].filter((item) => item.place === place);
}

/** An id that no item of this room has; it says when it was made. */
export function newItemId({ kept, now_ms }: Turn): string {
  const base = now_ms.toString(36);
  for (let count = 0; ; count += 1) {
    const id = count === 0 ? base : `${base}-${count}`;
    if (!kept.items.has(id)) return id;
  }
}
