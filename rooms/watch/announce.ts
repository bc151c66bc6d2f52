import { titleOf } from "../../protocol/watch/source-facts.ts";
import { announce_ms_min, announceAgain_ms } from "./limits.ts";
import { presentOf } from "./members.ts";
import type { Turn } from "./turn.ts";
import type { Announcement, KeptState, WatchState } from "./types.ts";

type Shown = Omit<Announcement, "activeAt_ms">;

function shownOf(kept: KeptState): Shown | null {
  const { options, items, anchor } = kept;
  if (options === null || !options.public) return null;
  const item = items.get(anchor.itemId);
  return {
    title: options.title,
    people: presentOf(kept).length,
    capacity: options.maxParticipants,
    mediaTitle: item === undefined ? "" : titleOf(item.source),
    locked: options.locked,
    hasPassword: options.hasPassword,
  };
}

/** Stands for a room that is in no list. */
const withdrawn = "";
const textOf = (shown: Shown | null) => (shown === null ? withdrawn : JSON.stringify(shown));

/**
 * When the public list is to be told: 10 s after it was last told, if something has changed since.
 * Null when it knows all; also for a room that has slept, until something happens in it.
 */
export function announceDue_ms({ kept, fleeting }: WatchState): number | null {
  const { told } = fleeting;
  if (told === null || told.text === textOf(shownOf(kept))) return null;
  return told.at_ms + announce_ms_min;
}

/**
 * Tells the public list how the room is, at most every 10 s: at once when it was not told lately,
 * else by the alarm. A room that was never public says nothing.
 * @param happened something happened in the room; without it only what is due is told
 */
export function announce(turn: Turn, happened: boolean): void {
  const { kept, fleeting, now_ms } = turn;
  const shown = shownOf(kept);
  const text = textOf(shown);
  const { told } = fleeting;
  if (told === null) {
    // It may be in the list from before a sleep, or from before this step; what is not shown is not told.
    if (!happened || shown === null) return;
  } else if (told.text === text) {
    if (!happened || shown === null || now_ms < told.at_ms + announceAgain_ms) return;
  } else if (now_ms < told.at_ms + announce_ms_min) return;
  tell(turn, shown);
}

function tell(turn: Turn, shown: Shown | null): void {
  const { now_ms } = turn;
  const entry = shown === null ? null : { ...shown, activeAt_ms: now_ms };
  const task =
    entry === null ? ({ type: "withdraw" } as const) : ({ type: "announce", entry } as const);
  turn.effects.push({ type: "task", task });
  turn.note({ told: { text: textOf(shown), at_ms: now_ms } });
}

/** The room is to be in no list from now on, whatever the list was last told. */
export function withdraw(turn: Turn): void {
  tell(turn, null);
}
