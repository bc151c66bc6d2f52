import { z } from "zod";

/**
 * Control characters, halves of a surrogate pair, line separators and the marks that reorder text
 * around them. None belongs in a line shown to other people, and Postgres refuses the first.
 */
const unfitForLine = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;

/**
 * One line of text that a person typed and others will read: trimmed, not empty, whole characters
 * only (no half of a surrogate pair), without control characters.
 * @param length_max in UTF-16 code units, after trimming
 */
export function lineOf(length_max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(length_max)
    .refine((text) => !unfitForLine.test(text), "must be one line of ordinary characters");
}
