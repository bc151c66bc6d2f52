import { z } from "zod";

/** Something that the database was asked for and did not have. */
const missSchema = z.object({
  what: z.string(),
  /** How long it is not asked for again, and until when. */
  pause_ms: z.number(),
  until_ms: z.number(),
});

/**
 * As many as are kept in mind: a game has 50 keys at once, and those it has revoked are asked for only
 * by games that were shipped with them. The one asked for longest ago is forgotten first.
 */
const misses_max = 100;

export const missesSchema = z.array(missSchema).max(misses_max);
export type Misses = z.infer<typeof missesSchema>;

/**
 * The pause grows while the same thing stays unknown: a game that was shipped with a key now revoked
 * goes on for years, and each question wakes the database.
 */
const pause_ms = { first: 5_000, max: 600_000 } as const;

export function isMissed(misses: Misses, what: string): boolean {
  return misses.some((miss) => miss.what === what);
}

/** Whether the database may be asked: at once for what it was never asked for. */
export function mayAsk(misses: Misses, what: string, now_ms: number): boolean {
  return misses.every((miss) => miss.what !== what || miss.until_ms <= now_ms);
}

/** After the database did not have it: twice the pause of the last time. */
export function afterMiss(misses: Misses, what: string, now_ms: number): Misses {
  const before = misses.find((miss) => miss.what === what);
  const next_ms = before === undefined ? pause_ms.first : before.pause_ms * 2;
  const length_ms = Math.min(next_ms, pause_ms.max);
  const others = misses.filter((miss) => miss.what !== what);
  return [...others, { what, pause_ms: length_ms, until_ms: now_ms + length_ms }].slice(
    -misses_max,
  );
}
