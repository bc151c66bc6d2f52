import { type Anchor, positionAt_ms } from "../../protocol/watch/anchor.ts";
import { hold } from "./sync-hold.ts";
import { continueMeeting, meet } from "./sync-meet.ts";
import { initialSkill } from "./sync-skill.ts";
import type { Goal, PlayerView, SyncState, SyncStep, Time } from "./sync-types.ts";

export type { PlayerView, Skill, SyncAction, SyncState, SyncStep, Time } from "./sync-types.ts";
export { deadZone_ms, jumpAbove_ms } from "./sync-types.ts";

/**
 * Keeps one player where the room's anchor says it should be. Pure: it is shown the anchor, the
 * player and the time, and answers what to do; `follower.ts` does it.
 *
 *              a command                 the moment comes              it moves
 *   (any) ────────────────▶ waiting ──────────────────────▶ starting ────────────▶ holding
 *                │           │    ▲ the seek took too long     │                    │  │ ▲
 *                │           └────┘ for it: a later one        │ off by more        │  └─┘ rate
 *                │                ▲◀───────────────────────────┘ than a second      │  0.95-1.05
 *                └──▶ resting     ◀─────────────────────────────────────────────────┘
 *
 * A player never chases the room. It is sent to where the room **will** be, waits there until that
 * moment and starts, earlier by as long as it is known to take for starting. How long its seeks and
 * its starts take is learned from each one. While a seek, a start or a stall is pending nothing is
 * corrected, and after a correction the next one must wait, each time for longer.
 */

export const initialSync: SyncState = {
  seq: null,
  phase: { kind: "resting", askedAt_ms: null },
  skill: initialSkill,
  correcting: false,
  streak: 0,
  calmUntil_ms: 0,
};

/** How often a player that only plays or rests is looked at. A look sends nothing. */
const look_ms = 200;
/** The last moments of a video may play out by themselves, unless they are as far off as this. */
const endAbove_ms = 1_000;
/** Two moments of a paused video closer than this are the same frame. */
const sameFrame_ms = 1;

/**
 * One look at the player.
 * @param state from the step before, at first `initialSync`
 * @param anchor the room's last word; its `anchorServer_ms` may lie in the future
 */
export function syncStep(state: SyncState, anchor: Anchor, view: PlayerView, time: Time): SyncStep {
  const goal = goalOf(anchor, view, time);
  if (anchor.seq !== state.seq) return follow({ ...state, seq: anchor.seq }, goal, view, time);
  if (!anchor.playing || goal.over) return rest(state, goal, view, time);
  switch (state.phase.kind) {
    case "resting":
      return meet({ ...state, streak: 0 }, goal, view, time, 0);
    case "waiting":
    case "starting":
      return continueMeeting(state, state.phase, goal, view, time);
    case "holding":
      return hold(state, goal, view, time);
  }
}

function goalOf(anchor: Anchor, view: PlayerView, time: Time): Goal {
  const position_ms = positionAt_ms(anchor, time.server_ms, view.duration_ms);
  const over = anchor.playing && position_ms >= view.duration_ms;
  return { anchor, position_ms, over };
}

/** A command came, or this is the first look: go exactly where it says. */
function follow(state: SyncState, goal: Goal, view: PlayerView, time: Time): SyncStep {
  const fresh: SyncState = { ...state, correcting: false, streak: 0, calmUntil_ms: 0 };
  if (goal.anchor.playing && !goal.over) return meet(fresh, goal, view, time, 0);
  const { rate } = goal.anchor;
  return {
    state: { ...fresh, phase: { kind: "resting", askedAt_ms: time.local_ms } },
    // The seek is always made, even from nearby: everybody then shows the very same frame.
    actions: [
      ...(view.paused ? [] : [{ type: "pause" } as const]),
      { type: "rate", rate },
      { type: "seek", position_ms: goal.position_ms },
    ],
    drift_ms: null,
    prepared: false,
    corrected: false,
    look_ms: 40,
  };
}

/** The room is paused, or at the end. */
function rest(state: SyncState, goal: Goal, view: PlayerView, time: Time): SyncStep {
  const drift_ms = view.position_ms - goal.position_ms;
  const resting: SyncStep = {
    state,
    actions: [],
    drift_ms: view.seeking ? null : drift_ms,
    prepared: false,
    corrected: false,
    look_ms,
  };
  if (goal.over && !view.paused && Math.abs(drift_ms) < endAbove_ms)
    return { ...resting, state: { ...state, phase: { kind: "holding" } } };
  const still: SyncState = {
    ...state,
    phase: { kind: "resting", askedAt_ms: null },
    correcting: false,
  };
  const pause: SyncStep["actions"] = view.paused ? [] : [{ type: "pause" }];
  if (view.seeking) return { ...resting, actions: pause };
  const displaced = Math.abs(drift_ms) > (goal.over ? endAbove_ms : sameFrame_ms);
  if (displaced && time.local_ms >= state.calmUntil_ms)
    return {
      ...resting,
      // A player that will not stand exactly where it is sent must not be sent there for ever.
      state: { ...still, calmUntil_ms: time.local_ms + 500 },
      actions: [...pause, { type: "seek", position_ms: goal.position_ms }],
    };
  const prepared = !displaced && view.ready && view.paused;
  return { ...resting, state: still, actions: pause, prepared };
}
