import { type Anchor, positionAt_ms } from "../../protocol/watch/anchor.ts";

/**
 * Keeps one player where the room's anchor says it should be. Pure: it is shown the anchor, the
 * player and the time, and answers what to do; `player.ts` does it.
 *
 *              new seq                    landed within the tolerance
 *   (any) ───────────────▶ landing ─────────────────────────────────────▶ holding
 *                          │      ▲ not yet: jump again, with what it      │  │ ▲
 *                          └──────┘ taught about this player's latency     │  └─┘ rate 0.95-1.05
 *                          ◀───────────────────────────────────────────────┘
 *                                 off by more than a second
 *
 * A jump aims ahead by the time that this player has been seen to need for one, or it would land
 * late by just that and be taken for drift. While a seek or a stall is pending nothing is corrected.
 */

/** Off by less than this nobody sees or hears it, and correcting it would be the worse evil. */
export const deadZone_ms = 40;
/** A correction, once begun, goes on until the player is this close. */
const settled_ms = 8;
/** Off by more than this, a jump is kinder than half a minute of wrong speed. */
export const jumpAbove_ms = 1_000;
/** A landing that is further off is tried again, so often at most. */
const landing_ms_tolerance = 60;
const jumps_max = 3;
/** A player's clock is not steady in its first moments; a landing is judged after so long. */
const settle_ms = 150;
/** After a landing, so long without another jump: no loop can become a stutter. */
const calm_ms = 3_000;
const rateChange_max = 0.05;
const latency_ms_max = 1_500;
/** Two moments of a paused video closer than this are the same frame. */
const sameFrame_ms = 1;

/** What a player shows of itself. */
export interface PlayerView {
  readonly position_ms: number;
  readonly duration_ms: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  /** The next frames are there: it can go on at once. */
  readonly ready: boolean;
}

export interface Time {
  /** The room's clock, as estimated. */
  readonly server_ms: number;
  /** This page's monotonic clock. */
  readonly local_ms: number;
}

type Leap = "seek" | "start";

interface Landing {
  readonly leap: Leap;
  /** Where the player stands until it begins to move. */
  readonly from_ms: number;
  readonly jumps: number;
  /** Local time at which it was first seen moving. */
  readonly movedAt_ms: number | null;
}

export interface SyncState {
  /** Number of the command being followed. */
  readonly seq: number | null;
  readonly landing: Landing | null;
  /** How long this player needs until it moves, after a seek and after a mere start. */
  readonly latency_ms: Readonly<Record<Leap, number>>;
  readonly correcting: boolean;
  readonly calmUntil_ms: number;
}

export type SyncAction =
  | { readonly type: "play" }
  | { readonly type: "pause" }
  | { readonly type: "seek"; readonly position_ms: number }
  | { readonly type: "rate"; readonly rate: number };

export interface SyncStep {
  readonly state: SyncState;
  readonly actions: readonly SyncAction[];
  /** How far the player is ahead of the room (behind when negative); null while it cannot be told. */
  readonly drift_ms: number | null;
}

export const initialSync: SyncState = {
  seq: null,
  landing: null,
  latency_ms: { seek: 80, start: 30 },
  correcting: false,
  calmUntil_ms: 0,
};

interface Goal {
  readonly anchor: Anchor;
  readonly position_ms: number;
  /** The video should be moving now. */
  readonly running: boolean;
  /** It played to its end. */
  readonly over: boolean;
}

/**
 * One look at the player.
 * @param state from the step before, at first `initialSync`
 * @param anchor the room's last word
 */
export function syncStep(state: SyncState, anchor: Anchor, view: PlayerView, time: Time): SyncStep {
  const goal = goalOf(anchor, view, time, state.latency_ms.start);
  if (anchor.seq !== state.seq) return follow({ ...state, seq: anchor.seq }, goal, view);
  if (!goal.running) return rest(state, goal, view);
  if (state.landing !== null) return land(state, state.landing, goal, view, time);
  return hold(state, goal, view, time);
}

function goalOf(anchor: Anchor, view: PlayerView, time: Time, lead_ms: number): Goal {
  const position_ms = positionAt_ms(anchor, time.server_ms, view.duration_ms);
  const over = anchor.playing && position_ms >= view.duration_ms;
  const begun = time.server_ms >= anchor.anchorServer_ms - lead_ms;
  return { anchor, position_ms, over, running: anchor.playing && begun && !over };
}

/** A command came, or this is the first look: go exactly where it says. */
function follow(state: SyncState, goal: Goal, view: PlayerView): SyncStep {
  const fresh = { ...state, landing: null, correcting: false };
  if (goal.running) return jump(fresh, goal, view, 0);
  const actions: SyncAction[] = [{ type: "rate", rate: goal.anchor.rate }];
  if (!view.paused) actions.unshift({ type: "pause" });
  // Always, even from nearby: everybody then shows the very same frame.
  actions.push({ type: "seek", position_ms: goal.position_ms });
  return { state: fresh, actions, drift_ms: null };
}

/** The room is paused, about to start, or at the end. */
function rest(state: SyncState, goal: Goal, view: PlayerView): SyncStep {
  const still = { ...state, landing: null, correcting: false };
  const drift_ms = view.position_ms - goal.position_ms;
  // The last moments may play out by themselves.
  if (goal.over && !view.paused && Math.abs(drift_ms) < jumpAbove_ms)
    return { state: still, actions: [], drift_ms };
  const actions: SyncAction[] = [];
  if (!view.paused) actions.push({ type: "pause" });
  const displaced = Math.abs(drift_ms) > (goal.over ? jumpAbove_ms : sameFrame_ms);
  if (displaced && !view.seeking) actions.push({ type: "seek", position_ms: goal.position_ms });
  return { state: still, actions, drift_ms: view.seeking ? null : drift_ms };
}

/** Sets out for where the room will be once this player moves. */
function jump(state: SyncState, goal: Goal, view: PlayerView, jumps: number): SyncStep {
  const near = Math.abs(view.position_ms - goal.position_ms) <= deadZone_ms && !view.seeking;
  const leap: Leap = near ? "start" : "seek";
  const aim_ms = goal.position_ms + state.latency_ms.seek * goal.anchor.rate;
  const from_ms = near ? view.position_ms : Math.min(aim_ms, view.duration_ms);
  const actions: SyncAction[] = [{ type: "rate", rate: goal.anchor.rate }];
  if (!near) actions.push({ type: "seek", position_ms: from_ms });
  if (view.paused) actions.push({ type: "play" });
  const landing: Landing = { leap, from_ms, jumps: near ? jumps : jumps + 1, movedAt_ms: null };
  return { state: { ...state, landing, correcting: false }, actions, drift_ms: null };
}

/** Waits until the player moves, sees how far off it came down, and learns from that. */
function land(
  state: SyncState,
  landing: Landing,
  goal: Goal,
  view: PlayerView,
  time: Time,
): SyncStep {
  const wait = (next: Landing): SyncStep => ({
    state: { ...state, landing: next },
    actions: view.paused ? [{ type: "play" }] : [],
    drift_ms: null,
  });
  if (view.seeking || !view.ready || view.paused) return wait(landing);
  if (landing.movedAt_ms === null) {
    const moves = view.position_ms > landing.from_ms + sameFrame_ms;
    return wait(moves ? { ...landing, movedAt_ms: time.local_ms } : landing);
  }
  if (time.local_ms - landing.movedAt_ms < settle_ms) return wait(landing);

  const drift_ms = view.position_ms - goal.position_ms;
  const learned_ms = state.latency_ms[landing.leap] - drift_ms / goal.anchor.rate;
  const latency_ms = Math.min(Math.max(0, learned_ms), latency_ms_max);
  const wiser: SyncState = {
    ...state,
    landing: null,
    latency_ms: { ...state.latency_ms, [landing.leap]: latency_ms },
    calmUntil_ms: time.local_ms + calm_ms,
  };
  if (Math.abs(drift_ms) > landing_ms_tolerance && landing.jumps < jumps_max)
    return jump(wiser, goal, view, landing.jumps);
  return { state: wiser, actions: [], drift_ms };
}

/** Playing in step: small drift is taken out by speed, large drift by a jump. */
function hold(state: SyncState, goal: Goal, view: PlayerView, time: Time): SyncStep {
  if (view.paused) return jump(state, goal, view, 0);
  if (view.seeking || !view.ready) return { state, actions: [], drift_ms: null };
  const drift_ms = view.position_ms - goal.position_ms;
  const distance_ms = Math.abs(drift_ms);
  if (distance_ms > jumpAbove_ms && time.local_ms >= state.calmUntil_ms)
    return jump(state, goal, view, 0);
  const correcting = distance_ms > (state.correcting ? settled_ms : deadZone_ms);
  const rate = goal.anchor.rate * (correcting ? correctionFor(drift_ms) : 1);
  return { state: { ...state, correcting }, actions: [{ type: "rate", rate }], drift_ms };
}

/** A speed that would take the drift out in about a second, within bounds, in steps of 1%. */
function correctionFor(drift_ms: number): number {
  const change = Math.round(-drift_ms / 10) / 100;
  return 1 + Math.min(Math.max(change, -rateChange_max), rateChange_max);
}
