import { ageRanges } from "./rest-profile.ts";
import type { MatchFilter, Wishes } from "./ticket.ts";

/** One step of the schedule: from this much waiting on, the filter asks for less. */
export interface RelaxationStep {
  readonly filter: MatchFilter;
  readonly after_ms: number;
  /** `wider` takes in one more age range on either side; `any` asks for nothing any more. */
  readonly to: "wider" | "any";
}

/**
 * The published schedule, soonest first: what a page shows is what the lobby does. A filter asks for
 * less the longer its owner has waited, unless the owner holds it firm. What is never relaxed is not
 * here: blocks, oneself, partners of the last calls, bans.
 */
export const relaxationSchedule: readonly RelaxationStep[] = [
  { filter: "interests", after_ms: 5_000, to: "any" },
  { filter: "region", after_ms: 10_000, to: "any" },
  { filter: "ages", after_ms: 15_000, to: "wider" },
  { filter: "languages", after_ms: 25_000, to: "any" },
  { filter: "ages", after_ms: 35_000, to: "any" },
  { filter: "genders", after_ms: 50_000, to: "any" },
];

/** The wishes as they are after so much waiting; the same object when nothing has given way. */
export function relaxedWishes(wishes: Wishes, waited_ms: number): Wishes {
  let relaxed: Wishes = wishes;
  for (const step of relaxationSchedule)
    if (step.after_ms <= waited_ms && applies(step, wishes)) relaxed = relax(relaxed, step, wishes);
  return relaxed;
}

/** How long after the beginning the next of these wishes gives way, or null when none will. */
export function nextRelaxation_ms(wishes: Wishes, waited_ms: number): number | null {
  const next = relaxationSchedule.find(
    (step) => step.after_ms > waited_ms && applies(step, wishes),
  );
  return next?.after_ms ?? null;
}

function applies({ filter }: RelaxationStep, wishes: Wishes): boolean {
  return wishes[filter] !== undefined && wishes.firm?.includes(filter) !== true;
}

function relax(relaxed: Wishes, { filter, to }: RelaxationStep, asked: Wishes): Wishes {
  if (to === "wider" && asked.ages !== undefined) return { ...relaxed, ages: widened(asked.ages) };
  const { [filter]: _, ...rest } = relaxed;
  return rest;
}

function widened({ from, to }: NonNullable<Wishes["ages"]>): NonNullable<Wishes["ages"]> {
  return {
    from: ageRanges[Math.max(0, ageRanges.indexOf(from) - 1)] ?? from,
    to: ageRanges[ageRanges.indexOf(to) + 1] ?? to,
  };
}
