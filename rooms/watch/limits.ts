/** Times and bounds of a watch room; SPEC.md says what each is for. */
export const grace_ms = 30_000;
export const hostAbsence_ms = 10_000;
export const gate_ms_max = 5_000;
export const expiry_ms = 24 * 60 * 60 * 1000;
/** Between two tellings of the public list. */
export const announce_ms_min = 10_000;
/** So often a room that is in use is told of anew, so that the list knows it is active. */
export const announceAgain_ms = 10 * 60_000;
/** Statistics may lose so much before a sleep; each storing is a row that is billed. */
export const statsStore_ms_min = 120_000;

export const bans_max = 200;
/** Roles given or taken in the room that it remembers. */
export const given_max = 50;

/** Round trips above this say more of a stall than of a line. */
export const rtt_ms_cap = 2_000;
/** Below this a round trip changes nothing: a start is never scheduled closer than 400 ms ahead. */
export const rtt_ms_floor = 120;
/** Round trips are kept in steps, so that they are seldom written anew. */
export const rtt_ms_step = 20;

/** How near its end an item has to be when somebody says that it ended. */
export const ended_ms_tolerance = 2_000;

/** Tries to delete an expired room's row, and the wait after the first; it doubles. */
export const expireTries_max = 6;
export const expireRetry_ms = 60_000;

/** Members that one step takes out at most, because a step may store 128 keys. */
export const departures_max = 100;

/** What a member may send of each kind: a rate and a burst, refilled well within a sleep. */
export const paces = {
  control: { per_s: 5, burst: 10 },
  chat: { per_s: 2, burst: 5 },
  /** Typing and reactions. */
  light: { per_s: 4, burst: 8 },
  /** Queue and votes. */
  queue: { per_s: 3, burst: 12 },
  /** People and settings. */
  manage: { per_s: 2, burst: 10 },
} as const;
export type PaceKind = keyof typeof paces;
