import { closeCodes } from "../../protocol/room.ts";
import { announceDue_ms, withdraw } from "./announce.ts";
import { unopened } from "./empty.ts";
import { keys } from "./keys.ts";
import { expireRetry_ms, expireTries_max, expiry_ms, grace_ms } from "./limits.ts";
import { hostPasses_ms } from "./members.ts";
import type { Turn } from "./turn.ts";
import type { KeptState, WatchAnswer, WatchState } from "./types.ts";

/** The soonest moment at which something falls due, in milliseconds since 1970; null for none. */
export function nextAlarm_ms(state: WatchState): number | null {
  const { kept } = state;
  if (kept.expiring !== null) return retryAt_ms(kept.expiring);
  const graces = [...kept.members.values()].map(({ away_ms }) =>
    away_ms === null ? null : away_ms + grace_ms,
  );
  const dues = [
    ...graces,
    hostPasses_ms(kept),
    kept.gate?.until_ms ?? null,
    kept.emptied_ms === null ? null : kept.emptied_ms + expiry_ms,
    announceDue_ms(state),
  ].filter((due_ms) => due_ms !== null);
  return dues.length === 0 ? null : Math.min(...dues);
}

/** Sets the alarm to the soonest thing due, if it is not set so already: each setting is billed. */
export function setAlarm(turn: Turn): void {
  const at_ms = nextAlarm_ms(turn.state);
  if (at_ms === turn.fleeting.alarm_ms) return;
  turn.effects.push({ type: "alarm", at_ms });
  turn.note({ alarm_ms: at_ms });
}

const retryAt_ms = ({ tries, at_ms }: NonNullable<KeptState["expiring"]>) =>
  at_ms + expireRetry_ms * 2 ** (tries - 1);

/** A day after the last person left the room is over: it has its row deleted, and tries until that is done. */
export function expire(turn: Turn): void {
  const { emptied_ms, expiring } = turn.kept;
  if (expiring === null) {
    if (emptied_ms === null || turn.now_ms < emptied_ms + expiry_ms) return;
    tryExpire(turn, 1);
  } else if (turn.now_ms >= retryAt_ms(expiring)) {
    // Functions sweep up rows that are left over; the room need not live for them.
    if (expiring.tries >= expireTries_max) forgetAll(turn);
    else tryExpire(turn, expiring.tries + 1);
  }
}

function tryExpire(turn: Turn, tries: number): void {
  const expiring = { tries, at_ms: turn.now_ms };
  turn.keep({ expiring }, { [keys.expiring]: expiring });
  turn.effects.push({ type: "task", task: { type: "expire" } });
}

/** What came of a task. Only of the row's deletion the room must know. */
export function answered(turn: Turn, { task, ok }: WatchAnswer): void {
  if (task !== "expire" || turn.kept.expiring === null || !ok) return;
  turn.count("watch_expired");
  forgetAll(turn);
}

/** The room's host ends it: everybody is sent away and nothing is left. */
export function end(turn: Turn): void {
  for (const connectionId of turn.kept.sockets.keys()) {
    const message = "This room was closed by its host.";
    turn.send(connectionId, { type: "error", code: "room_not_found", message });
    turn.close(connectionId, closeCodes.roomNotFound, "room_not_found");
  }
  if (turn.kept.options === null) return;
  if (turn.kept.options.public) withdraw(turn);
  forgetAll(turn);
}

function forgetAll(turn: Turn): void {
  turn.effects.push({ type: "forget" });
  const { kept, fleeting } = unopened();
  turn.keep(kept);
  turn.note(fleeting);
}
