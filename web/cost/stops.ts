import { users_max, users_min } from "../../cost/scenario.ts";

const stopsPerDecade = 20;

/**
 * Where the slider of people stops: numbers of two digits at equal ratios, so that a step is a step
 * whether few people come or many, and each step is another number.
 */
export const stops: readonly number[] = [
  ...new Set(
    Array.from({ length: Math.log10(users_max / users_min) * stopsPerDecade + 1 }, (_, step) =>
      Math.round(Number((users_min * 10 ** (step / stopsPerDecade)).toPrecision(2))),
    ),
  ),
];

/** The stop nearest to a number of people, in ratio. */
export function stopNearest(users: number): number {
  const away = (index: number) => Math.abs(Math.log((stops[index] ?? 1) / users));
  return stops.reduce((best, _, index) => (away(index) < away(best) ? index : best), 0);
}
