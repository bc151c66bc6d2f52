import type { Card } from "../../../protocol/match/profile-card.ts";
import { nextRelaxation_ms, relaxedWishes } from "../../../protocol/match/relaxation.ts";
import { ageRanges } from "../../../protocol/match/rest-profile.ts";
import type { Wishes } from "../../../protocol/match/ticket.ts";

/** Somebody who waits. */
export interface Waiting {
  readonly ticketId: string;
  readonly lobby: string;
  readonly card: Card;
  readonly wishes: Wishes;
  readonly since_ms: number;
  /** Partners of the last calls. */
  readonly recent: readonly string[];
}

/** Whether two may be brought together now. */
export function mayMeet(a: Waiting, b: Waiting, now_ms: number): boolean {
  return (
    a.lobby === b.lobby &&
    a.card.id !== b.card.id &&
    !a.recent.includes(b.card.id) &&
    !b.recent.includes(a.card.id) &&
    wants(a, b.card, now_ms) &&
    wants(b, a.card, now_ms)
  );
}

/** How long after its beginning a ticket's next wish gives way, as a moment; null for never. */
export function nextLook_ms({ wishes, since_ms }: Waiting, now_ms: number): number | null {
  const after_ms = nextRelaxation_ms(wishes, now_ms - since_ms);
  return after_ms === null ? null : since_ms + after_ms;
}

function wants({ wishes, card, since_ms }: Waiting, other: Card, now_ms: number): boolean {
  const { languages, interests, region, ages, genders } = relaxedWishes(wishes, now_ms - since_ms);
  const place = (range: Card["ageRange"]) => ageRanges.indexOf(range);
  if (languages !== undefined && !shares(languages, other.languages)) return false;
  if (interests !== undefined && !shares(card.interests, other.interests)) return false;
  if (region !== undefined && card.region !== other.region) return false;
  if (genders !== undefined && (other.gender === null || !genders.includes(other.gender)))
    return false;
  return (
    ages === undefined ||
    (place(ages.from) <= place(other.ageRange) && place(other.ageRange) <= place(ages.to))
  );
}

const shares = (some: readonly string[], others: readonly string[]) =>
  some.some((one) => others.includes(one));
