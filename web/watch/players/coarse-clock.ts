/**
 * The position of a player that tells it only now and then, by message. Between two tellings it is
 * reckoned from the speed. A telling is late by what its message took, never early, so of the last
 * few the one that puts the player furthest on is the nearest to the truth: the same reasoning as
 * the clock filter's (RFC 5905, section 10), with a one-way delay.
 */

/** Tellings remembered; one comes about four times a second. */
const samples_max = 8;
/** Further off than this from what was reckoned, the player has jumped. */
const jump_ms = 400;

export interface CoarseClock {
  readonly rate: number;
  readonly moving: boolean;
  /** Of each telling, the position that the player would have had at local time 0. */
  readonly origins_ms: readonly number[];
  /** Position told last, which stands while nothing moves. */
  readonly told_ms: number;
}

export const stillClock: CoarseClock = { rate: 1, moving: false, origins_ms: [], told_ms: 0 };

/** @param local_ms this page's monotonic clock, as everywhere in this file */
export function coarsePosition_ms(clock: CoarseClock, local_ms: number): number {
  if (!clock.moving || clock.origins_ms.length === 0) return clock.told_ms;
  return Math.max(0, Math.max(...clock.origins_ms) + local_ms * clock.rate);
}

/** The player told its position. */
export function toldPosition(
  clock: CoarseClock,
  position_ms: number,
  local_ms: number,
): CoarseClock {
  const origin_ms = position_ms - local_ms * clock.rate;
  const jumped = Math.abs(position_ms - coarsePosition_ms(clock, local_ms)) > jump_ms;
  const kept = jumped || !clock.moving ? [] : clock.origins_ms.slice(1 - samples_max);
  return { ...clock, told_ms: position_ms, origins_ms: [...kept, origin_ms] };
}

/** The player began or ceased to move, or moves at another speed: earlier tellings say nothing more. */
export function changedMotion(
  clock: CoarseClock,
  { moving, rate }: { readonly moving: boolean; readonly rate: number },
  local_ms: number,
): CoarseClock {
  if (moving === clock.moving && rate === clock.rate) return clock;
  const told_ms = coarsePosition_ms(clock, local_ms);
  return { moving, rate, told_ms, origins_ms: [told_ms - local_ms * rate] };
}
