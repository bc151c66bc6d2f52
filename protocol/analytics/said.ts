import { z } from "zod";
import { batchLimits } from "./limits.ts";

/** Why an event was not taken; the same event will never be. New ones go to the end. */
export const dropReasons = [
  /** It does not fit its kind's schema. */
  "invalid",
  /** Larger than an event may be. */
  "too_large",
  /** It holds text that no database keeps: NUL, or half of a surrogate pair. */
  "text",
  /** It happened longer ago than raw events are taken; of revenue, than any clock is slow. */
  "too_old",
  /** It says that it happens later than tomorrow: the client's clock is wrong. */
  "future",
  /** It lies before its session, or more than a day behind its start. */
  "session",
  /** It does not fit the schema that the game has set for events of its name. */
  "schema",
  /** The receipt was not signed by the store. */
  "receipt",
] as const;
export type DropReason = (typeof dropReasons)[number];

/**
 * What was said of a batch's events, a letter for each: `K` kept, `D` a duplicate, `R` revenue, which
 * the database answers for, or a drop's place among the reasons. A buffer keeps it with a batch's
 * idempotency key, so that whoever asks again hears the same.
 */
export const saidSchema = z
  .string()
  .max(batchLimits.events_max)
  .regex(/^[KDR0-9a-z]*$/);

/** What a letter says. */
export type Said = "kept" | "duplicate" | "revenue" | DropReason;

export function letterOf(said: Said): string {
  if (said === "kept") return "K";
  if (said === "duplicate") return "D";
  return said === "revenue" ? "R" : dropReasons.indexOf(said).toString(36);
}

/** @returns undefined for a letter that nothing is known of */
export function saidBy(letter: string): Said | undefined {
  const words: Readonly<Record<string, Said>> = { K: "kept", D: "duplicate", R: "revenue" };
  return words[letter] ?? dropReasons[Number.parseInt(letter, 36)];
}

/** The same, with some of those that were to be kept known to be duplicates: by their place there. */
export function withDuplicates(said: string, duplicates: readonly number[]): string {
  const known = new Set(duplicates);
  let kept = -1;
  return said.replaceAll("K", () => {
    kept += 1;
    return known.has(kept) ? "D" : "K";
  });
}
