import { type MeasuredModule, measuredModules } from "./measured.ts";

/** The shape of a day: for each hour, what share of the busiest hour's people is there. */
export type DayShape = readonly number[];

const hours = (shareAt: (hour: number) => number): DayShape =>
  Array.from({ length: 24 }, (_, hour) => shareAt(hour));

const evening: Readonly<Record<number, number>> = {
  18: 0.2,
  19: 0.6,
  20: 1,
  21: 1,
  22: 0.5,
  23: 0.1,
};

/** Days as people have them. Outside these hours nobody is there at all. */
export const dayShapes = {
  evening: hours((hour) => evening[hour] ?? 0),
  office: hours((hour) => (hour >= 9 && hour < 17 ? 1 : 0)),
  "around-the-clock": hours(() => 1),
} as const satisfies Record<string, DayShape>;

/** What is used, when, and by how many in the busiest hour. */
export interface Scenario {
  readonly modules: readonly MeasuredModule[];
  readonly day: DayShape;
  /** People at once in the busiest hour. */
  readonly users: number;
}

export const users_min = 1;
export const users_max = 1_000_000;

const kinds: readonly (readonly [string, readonly MeasuredModule[]])[] = [
  ...measuredModules.map((module) => [module, [module]] as const),
  ["all", measuredModules],
];

/** Names of scenarios: `<module>-<day>`, such as `watch-evening`; `all` is every module at once. */
export const scenarioNames: readonly string[] = kinds.flatMap(([kind]) =>
  Object.keys(dayShapes).map((day) => `${kind}-${day}`),
);

/** The scenario with this name, or undefined if there is none. */
export function scenarioOf(name: string, users: number): Scenario | undefined {
  for (const [kind, modules] of kinds)
    for (const [day, shape] of Object.entries(dayShapes))
      if (name === `${kind}-${day}`) return { modules, day: shape, users };
  return undefined;
}

/** Hours that people spend in one day, all together, on each module. */
export function userHoursOfDay({ day, users }: Scenario): number {
  return day.reduce((sum, share) => sum + share * users, 0);
}

/** Hours of a day in which anybody is there; less than one person is there for that part of an hour. */
export function hoursWithAnybodyOfDay({ day, users }: Scenario): number {
  return day.reduce((sum, share) => sum + Math.min(1, share * users), 0);
}
