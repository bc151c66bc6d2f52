import { type BilledUnit, billedUnitNames, billedUnits, unitIn, withUnit } from "./billed.ts";
import { type Basis, compare } from "./compare.ts";
import { prices } from "./prices.ts";
import type { Scenario } from "./scenario.ts";
import type { ContainerUnits, Line } from "./units.ts";

/** What a tenth more of one price or one unit adds to the bill of a month. */
export interface Sensitivity {
  /** What was raised by a tenth, in words. */
  readonly of: string;
  readonly kind: "unit" | "price";
  /** Whose bill it is; the other one stays as it was. */
  readonly side: "edge" | "container";
  readonly change_usd: number;
}

const tenth = 1.1;
/** Changes below half a cent are none. */
const change_usd_min = 0.005;

/** All of them, those that matter most first; what changes nothing is left out. */
export function sensitivities(scenario: Scenario, basis: Basis): readonly Sensitivity[] {
  const now = compare(scenario, basis);
  const changeIn = (side: Sensitivity["side"], changed: Basis) =>
    compare(scenario, changed)[side].total_usd - now[side].total_usd;
  const found: Sensitivity[] = [
    ...billedUnitNames.map((unit) => ({
      of: billedUnits[unit],
      kind: "unit" as const,
      side: "edge" as const,
      change_usd: changeIn("edge", withMoreOf(basis, scenario, unit)),
    })),
    ...containerParts.map(({ of, raised }) => ({
      of,
      kind: "unit" as const,
      side: "container" as const,
      change_usd: changeIn("container", withContainers(basis, scenario, raised)),
    })),
    ...prices.map(({ text, side, read, write }) => ({
      of: text,
      kind: "price" as const,
      side,
      change_usd: changeIn(side, {
        ...basis,
        sheets: write(basis.sheets, read(basis.sheets) * tenth),
      }),
    })),
  ];
  return found
    .filter(({ change_usd }) => Math.abs(change_usd) >= change_usd_min)
    .sort((a, b) => Math.abs(b.change_usd) - Math.abs(a.change_usd));
}

const withMore = ({ at, by }: Line): Line => ({ at: at * tenth, by: by * tenth });

function withMoreOf(basis: Basis, { modules }: Scenario, unit: BilledUnit): Basis {
  return modules.reduce((changed, module) => {
    const units = basis.edge[module];
    if (units === undefined) return changed;
    return withUnit(changed, module, unit, withMore(unitIn(units, unit)));
  }, basis);
}

type Raise = (units: ContainerUnits) => ContainerUnits;

const services =
  (part: "memory_bytes" | "cpu", raised: (line: Line) => Line): Raise =>
  (units) => ({
    ...units,
    services: units.services.map((service) => ({ ...service, [part]: raised(service[part]) })),
  });

/** What a container takes, part by part, each with how it looks when there is a tenth more of it. */
const containerParts: readonly { readonly of: string; readonly raised: Raise }[] = [
  {
    of: "container memory with nobody there",
    raised: services("memory_bytes", ({ at, by }) => ({ at: at * tenth, by })),
  },
  {
    of: "container memory for each person",
    raised: services("memory_bytes", ({ at, by }) => ({ at, by: by * tenth })),
  },
  {
    of: "container CPU with nobody there",
    raised: services("cpu", ({ at, by }) => ({ at: at * tenth, by })),
  },
  {
    of: "container CPU for each person",
    raised: services("cpu", ({ at, by }) => ({ at, by: by * tenth })),
  },
  {
    of: "bytes sent by the container",
    raised: (units) => ({ ...units, bytes_outPerUserHour: units.bytes_outPerUserHour * tenth }),
  },
  {
    of: "bytes kept in the container’s Postgres",
    raised: (units) => ({ ...units, stored_bytes: withMore(units.stored_bytes) }),
  },
];

function withContainers(basis: Basis, { modules }: Scenario, raised: Raise): Basis {
  const container = { ...basis.container };
  for (const module of modules) {
    const units = container[module];
    if (units !== undefined) container[module] = raised(units);
  }
  return { ...basis, container };
}
