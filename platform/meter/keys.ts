/** How long an hour's numbers are kept: a week of charts, and a day to look at the first of them. */
export const hoursKept = 8 * 24;
export const hour_ttl_s = hoursKept * 3600;

const hour_ms = 3_600_000;
const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** The hour of a moment, in UTC, such as `2026-11-21T14`. Hours compare as text. */
export function hourOf(now_ms: number): string {
  return new Date(now_ms).toISOString().slice(0, 13);
}

/** When an hour begins, in milliseconds since 1970; undefined for what is no hour. */
export function hourStart_ms(hour: string): number | undefined {
  const at_ms = pattern.test(hour) ? Date.parse(`${hour}:00:00.000Z`) : Number.NaN;
  return Number.isNaN(at_ms) ? undefined : at_ms;
}

/** The hour of a moment and those before it, newest first. */
export function hoursBack(now_ms: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, back) => hourOf(now_ms - back * hour_ms));
}

export function hourKey(hour: string): string {
  return `meter:${hour}`;
}

/** Sums of the hours that are over, for counters that only ever grow. */
export const baseKey = "meter:base";

/**
 * Sockets now open, by party. A deploy drops all sockets without a word to the rooms, so each
 * version counts from nothing.
 */
export function socketsKey(version: string): string {
  return `meter:sockets:${version}`;
}

/** Rooms by how many sockets are open in each, for one party; an empty one has 0. */
export function roomsKey(version: string, party: string): string {
  return `meter:rooms:${version}:${party}`;
}
