import { positionAt_ms } from "../../protocol/watch/anchor.ts";
import { learnSeek, learnStart, seekLead_ms } from "./sync-skill.ts";
import {
  deadZone_ms,
  type Goal,
  jumpAbove_ms,
  type Phase,
  type PlayerView,
  type SyncState,
  type SyncStep,
  type Time,
} from "./sync-types.ts";

/** A standing player so little behind simply starts; speed makes up for it. */
const near_ms = 250;
/** A seek that came later than its moment by more is followed by another one, so often at most. */
const late_ms_max = 400;
const tries_max = 2;
/** A player's clock is not steady in its first moments; a start is judged after so long. */
const settle_ms = 200;
/** A player that does not play although it was told to is told again after so long. */
const again_ms = 1_000;
/** Two moments of a paused video closer than this are the same frame. */
const sameFrame_ms = 1;
/** How often a player is looked at while something is pending. */
const look_ms = 40;
/** After a landing, so long without a jump, and twice as long after each further one. */
const calm_ms = 3_000;
const calm_ms_max = 60_000;

type Waiting = Extract<Phase, { kind: "waiting" }>;
type Starting = Extract<Phase, { kind: "starting" }>;

const pending = { drift_ms: null, prepared: false, corrected: false, look_ms } as const;

/**
 * Sends the player to where the room will be, to wait there for that moment.
 * @param tries how many seeks were already made to meet the room after the same command
 */
export function meet(
  state: SyncState,
  goal: Goal,
  view: PlayerView,
  time: Time,
  tries: number,
): SyncStep {
  const { anchor } = goal;
  const begins_ms = anchor.anchorServer_ms - time.server_ms;
  const started_ms = Math.max(0, state.skill.start_ms - begins_ms);
  const lag_ms = positionAt_ms(anchor, time.server_ms + state.skill.start_ms) - view.position_ms;
  const standing = view.paused && !view.seeking;
  // It stands on the very frame, or so close behind a running room that it can simply start.
  if (standing && begins_ms > 0 && Math.abs(anchor.position_ms - view.position_ms) <= sameFrame_ms)
    return wait(state, anchor.position_ms, anchor.anchorServer_ms, null, tries, anchor.rate, []);
  if (standing && started_ms > 0 && view.ready && lag_ms >= -deadZone_ms && lag_ms <= near_ms)
    return start(state, goal, view, time, tries);
  if (!view.paused && !view.seeking && view.ready && begins_ms <= 0 && Math.abs(lag_ms) <= near_ms)
    return {
      ...pending,
      state: { ...state, phase: { kind: "holding" } },
      actions: [{ type: "rate", rate: anchor.rate }],
    };
  const startAt_ms = Math.max(anchor.anchorServer_ms, time.server_ms + seekLead_ms(state.skill));
  const position_ms = positionAt_ms(anchor, startAt_ms, view.duration_ms);
  const pause = view.paused ? [] : [{ type: "pause" } as const];
  return wait(state, position_ms, startAt_ms, time.local_ms, tries, anchor.rate, [
    ...pause,
    { type: "seek", position_ms },
  ]);
}

function wait(
  state: SyncState,
  position_ms: number,
  startAt_ms: number,
  askedAt_ms: number | null,
  tries: number,
  rate: number,
  actions: SyncStep["actions"],
): SyncStep {
  return {
    ...pending,
    state: {
      ...state,
      phase: { kind: "waiting", position_ms, startAt_ms, askedAt_ms, tries },
      correcting: false,
    },
    actions: [{ type: "rate", rate }, ...actions],
  };
}

/** One look at a player that is on its way to meet the room. */
export function continueMeeting(
  state: SyncState,
  phase: Waiting | Starting,
  goal: Goal,
  view: PlayerView,
  time: Time,
): SyncStep {
  return phase.kind === "waiting"
    ? attend(state, phase, goal, view, time)
    : land(state, phase, goal, view, time);
}

/** The player stands at the meeting point or seeks it; at the moment it starts. */
function attend(
  state: SyncState,
  phase: Waiting,
  goal: Goal,
  view: PlayerView,
  time: Time,
): SyncStep {
  if (view.seeking || !view.ready) return { ...pending, state, actions: stopped(view) };
  const arrived = arrive(state, phase, time);
  const wait_ms = phase.startAt_ms - state.skill.start_ms - time.server_ms;
  if (wait_ms > 1)
    return {
      ...pending,
      state: arrived,
      actions: stopped(view),
      prepared: true,
      look_ms: Math.min(wait_ms, 500),
    };
  const late_ms = -wait_ms * goal.anchor.rate;
  if (late_ms > late_ms_max && phase.tries < tries_max) {
    const again = meet(arrived, goal, view, time, phase.tries + 1);
    return { ...again, corrected: true };
  }
  return start(arrived, goal, view, time, phase.tries);
}

/** The seek is over: what it took is learned, once. */
function arrive(state: SyncState, phase: Waiting, time: Time): SyncState {
  if (phase.askedAt_ms === null) return state;
  const skill = learnSeek(state.skill, time.local_ms - phase.askedAt_ms);
  return { ...state, skill, phase: { ...phase, askedAt_ms: null } };
}

function start(
  state: SyncState,
  goal: Goal,
  view: PlayerView,
  time: Time,
  tries: number,
): SyncStep {
  return {
    ...pending,
    state: {
      ...state,
      correcting: false,
      phase: {
        kind: "starting",
        from_ms: view.position_ms,
        askedAt_ms: time.local_ms,
        movedAt_ms: null,
        clean: true,
        tries,
      },
    },
    actions: [{ type: "rate", rate: goal.anchor.rate }, { type: "play" }],
  };
}

/** Waits until the player moves, learns how long that took, and looks where it came down. */
function land(
  state: SyncState,
  phase: Starting,
  goal: Goal,
  view: PlayerView,
  time: Time,
): SyncStep {
  if (view.paused || view.seeking || !view.ready) {
    const again = view.paused && time.local_ms - phase.askedAt_ms >= again_ms;
    const held: Phase = {
      ...phase,
      clean: false,
      askedAt_ms: again ? time.local_ms : phase.askedAt_ms,
    };
    return {
      ...pending,
      state: { ...state, phase: held },
      actions: again ? [{ type: "play" }] : [],
    };
  }
  if (phase.movedAt_ms === null) {
    if (view.position_ms <= phase.from_ms + sameFrame_ms) return { ...pending, state, actions: [] };
    const moved: Phase = { ...phase, movedAt_ms: time.local_ms };
    return { ...pending, state: { ...state, phase: moved }, actions: [], look_ms: settle_ms };
  }
  if (time.local_ms - phase.movedAt_ms < settle_ms) return { ...pending, state, actions: [] };
  const drift_ms = view.position_ms - goal.position_ms;
  const took_ms =
    time.local_ms - phase.askedAt_ms - (view.position_ms - phase.from_ms) / goal.anchor.rate;
  const wiser: SyncState = {
    ...state,
    skill: phase.clean ? learnStart(state.skill, took_ms) : state.skill,
    phase: { kind: "holding" },
    calmUntil_ms: time.local_ms + Math.min(calm_ms * 2 ** state.streak, calm_ms_max),
  };
  if (Math.abs(drift_ms) > jumpAbove_ms && phase.tries < tries_max)
    return { ...meet(wiser, goal, view, time, phase.tries + 1), corrected: true };
  return { ...pending, state: wiser, actions: [], drift_ms };
}

/** It must not run ahead of its moment, whoever started it. */
function stopped(view: PlayerView): SyncStep["actions"] {
  return view.paused ? [] : [{ type: "pause" }];
}
