import { meet } from "./sync-meet.ts";
import {
  deadZone_ms,
  type Goal,
  jumpAbove_ms,
  type PlayerView,
  type SyncState,
  type SyncStep,
  type Time,
} from "./sync-types.ts";

/** A correction, once begun, goes on until the player is this close. */
const settled_ms = 8;
/** Speeds that differ from the room's by more are heard. */
const rateChange_max = 0.05;
/** A player with few speeds may be heard for a moment, rather than jump. */
const stepChange_max = 0.3;
/** And it is stopped only roughly where it should be. */
const stepSettled_ms = 60;
const stepDeadZone_ms = 150;

/** A jump so long after the last one was not for the same reason. */
const forgotten_ms = 60_000;

const look_ms = 200;
/** A player on a strange speed is looked at more often, so that it is not overdone. */
const lookCorrecting_ms = 100;

/** Playing in step: small drift is taken out by speed, large drift by a jump. */
export function hold(state: SyncState, goal: Goal, view: PlayerView, time: Time): SyncStep {
  // Something other than the room stopped it.
  if (view.paused) return meet(state, goal, view, time, 0);
  const { rate } = goal.anchor;
  const seen = { prepared: false, corrected: false, look_ms } as const;
  if (view.seeking || !view.ready) return { ...seen, state, actions: [], drift_ms: null };
  const drift_ms = view.position_ms - goal.position_ms;
  const distance_ms = Math.abs(drift_ms);
  if (distance_ms > jumpAbove_ms && time.local_ms >= state.calmUntil_ms) {
    const long = time.local_ms - state.calmUntil_ms > forgotten_ms;
    const again: SyncState = { ...state, streak: long ? 1 : state.streak + 1 };
    return { ...meet(again, goal, view, time, 0), corrected: true };
  }
  const [dead_ms, done_ms] =
    view.rates === null ? [deadZone_ms, settled_ms] : [stepDeadZone_ms, stepSettled_ms];
  const correcting = distance_ms > (state.correcting ? done_ms : dead_ms);
  const corrected = correcting ? speedFor(drift_ms, rate, view.rates) : rate;
  return {
    ...seen,
    state: state.correcting === correcting ? state : { ...state, correcting },
    actions: [{ type: "rate", rate: corrected }],
    drift_ms,
    look_ms: correcting ? lookCorrecting_ms : look_ms,
  };
}

/** A speed that takes the drift out in about a second, as far as the player and the ear allow. */
function speedFor(drift_ms: number, rate: number, rates: readonly number[] | null): number {
  if (rates === null) {
    const change = Math.round(-drift_ms / 10) / 100;
    return rate * (1 + Math.min(Math.max(change, -rateChange_max), rateChange_max));
  }
  const towards = rates.filter((one) => (drift_ms > 0 ? one < rate : one > rate));
  const near = towards.filter((one) => Math.abs(one / rate - 1) <= stepChange_max);
  return near.toSorted((a, b) => Math.abs(a - rate) - Math.abs(b - rate))[0] ?? rate;
}
