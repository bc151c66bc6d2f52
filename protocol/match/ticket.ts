import { z } from "zod";
import { ageRangeSchema, ageRanges, languageSchema } from "./rest-profile.ts";

const ticketLimits = { languages: 6, genders: 4 } as const;

/** What can be asked of a partner. */
export const matchFilters = ["interests", "region", "ages", "languages", "genders"] as const;
export const matchFilterSchema = z.enum(matchFilters);
export type MatchFilter = z.infer<typeof matchFilterSchema>;

/**
 * Whom somebody wants to meet. A filter that is left out asks for nothing. Both have to fit each
 * other's; a filter gives way as time passes (`relaxation.ts`) unless it is `firm`.
 */
export const wishesSchema = z.object({
  /** At least one of these must be among the partner's. */
  languages: z.array(languageSchema).min(1).max(ticketLimits.languages).optional(),
  /** At least one interest in common. */
  interests: z.literal("shared").optional(),
  /** From where one is oneself. */
  region: z.literal("same").optional(),
  /** From the first to the second, both included. */
  ages: z
    .object({ from: ageRangeSchema, to: ageRangeSchema })
    .refine(
      ({ from, to }) => ageRanges.indexOf(from) <= ageRanges.indexOf(to),
      "must not end before it begins",
    )
    .optional(),
  /** One of these, in lower case, as people put it. */
  genders: z
    .array(z.string().trim().toLowerCase().min(1).max(24))
    .min(1)
    .max(ticketLimits.genders)
    .optional(),
  /** Filters that never give way for this person. */
  firm: z.array(matchFilterSchema).max(matchFilters.length).optional(),
});
export type Wishes = z.infer<typeof wishesSchema>;

/** How every ticket ends, exactly once. */
export const ticketEndSchema = z.enum(["matched", "cancelled", "timed_out"]);
export type TicketEnd = z.infer<typeof ticketEndSchema>;

/** A place in the queue, as its owner sees it. */
export const ticketSchema = z.object({
  ticketId: z.string().min(1).max(40),
  /** Since when it has counted as waiting: one that comes back from a failed call keeps its place. */
  since_ms: z.number().int().nonnegative(),
  /** When it ends as timed out. */
  until_ms: z.number().int().nonnegative(),
  wishes: wishesSchema,
});
export type TicketView = z.infer<typeof ticketSchema>;

/** Longest wait: then the ticket ends as timed out. */
export const ticket_ms_max = 5 * 60_000;
