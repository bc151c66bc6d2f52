import { history_max, upcomingOf } from "../../protocol/watch/queue.ts";
import { changeItems, itemsAt, viewOf } from "./items.ts";
import { positionNow_ms, start, stop } from "./playback.ts";
import type { Turn } from "./turn.ts";
import type { Item } from "./types.ts";

/**
 * Goes on from the current item: to the one named, or to whatever comes next; with nothing to come
 * the video stops where it is.
 */
export function advance(turn: Turn, to: Item | undefined, by: string | null): void {
  const { kept } = turn;
  const current = kept.items.get(kept.anchor.itemId);
  const [first] = upcomingOf(itemsAt(kept, "queue").map((item) => viewOf(kept, item)));
  const next = to ?? (first === undefined ? undefined : kept.items.get(first.id));
  if (current === undefined || next === undefined) {
    // Votes to skip are used up; they must not stop the room again whenever somebody leaves.
    if (current !== undefined && current.voters.length > 0)
      changeItems(turn, [{ ...current, voters: [] }]);
    stop(turn, positionNow_ms(kept, turn.now_ms), by);
    return;
  }
  const history = itemsAt(kept, "history").filter(({ id }) => id !== next.id);
  history.sort((a, b) => a.order - b.order);
  const shown: Item = {
    ...current,
    place: "history",
    order: 1 + (history.at(-1)?.order ?? 0),
    voters: [],
  };
  const forgotten = history.slice(0, Math.max(0, history.length + 1 - history_max));
  const shownNow: Item = { ...next, place: "current", order: 0, voters: [] };
  changeItems(
    turn,
    [shown, shownNow],
    forgotten.map(({ id }) => id),
  );
  turn.count("watch_next");
  start(turn, { itemId: next.id, position_ms: 0 }, by, "if the room has one");
}
