import type { Facts } from "../../../protocol/match/profile-card.ts";
import { ageRanges } from "../../../protocol/match/rest-profile.ts";
import type { Wishes } from "../../../protocol/match/ticket.ts";

/** What people differ in; all lists below have one entry for each, in this order. */
export const dimensions = ["languages", "interests", "region", "ages", "genders"] as const;

/** A person as the queue compares them: what they are, and what they take, by dimension. */
export interface Traits {
  readonly has: readonly (readonly string[])[];
  /** One of these is needed; null takes anybody. */
  readonly takes: readonly (readonly string[] | null)[];
}

/** @param wishes as they are by now (`relaxedWishes`) */
export function traitsOf(facts: Facts, wishes: Wishes): Traits {
  const { languages, interests, region, ageRange, gender } = facts;
  return {
    has: [languages, interests, [region], [ageRange], gender === null ? [] : [gender]],
    takes: [
      wishes.languages ?? null,
      wishes.interests === undefined ? null : interests,
      wishes.region === undefined ? null : [region],
      wishes.ages === undefined ? null : agesIn(wishes.ages),
      wishes.genders ?? null,
    ],
  };
}

/** Whether each takes the other. */
export function suit(one: Traits, other: Traits): boolean {
  return takes(one, other) && takes(other, one);
}

function takes(one: Traits, other: Traits): boolean {
  return one.takes.every((wanted, dimension) => {
    const has = other.has[dimension] ?? [];
    return wanted === null || wanted.some((value) => has.includes(value));
  });
}

function agesIn({ from, to }: NonNullable<Wishes["ages"]>): readonly string[] {
  return ageRanges.slice(ageRanges.indexOf(from), ageRanges.indexOf(to) + 1);
}
