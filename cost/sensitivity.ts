import { type Basis, compare } from "./compare.ts";
import type { MeasuredModule } from "./measured.ts";
import type { Scenario } from "./scenario.ts";
import type { EdgeUnits } from "./units.ts";

/** What a change of a tenth in one price or one unit does to the edge's bill of a month. */
export interface Sensitivity {
  /** The unit of the meter or the price that was raised by a tenth. */
  readonly of: string;
  readonly kind: "unit" | "price";
  readonly change_usd: number;
}

const tenth = 1.1;

/** Prices by name, as paths into the sheets. */
const prices = [
  ["cloudflare", "workerRequests"],
  ["cloudflare", "workerCpu_ms"],
  ["cloudflare", "objectRequests"],
  ["cloudflare", "objectDuration_gb_s"],
  ["cloudflare", "rowsRead"],
  ["cloudflare", "rowsWritten"],
  ["cloudflare", "queueOperations"],
  ["cloudflare", "fileWrites"],
  ["cloudflare", "fileReads"],
  ["upstash", "commands"],
  ["neon", "compute_cu_h"],
  ["neon", "storage_gb"],
] as const;

/** All of them, those that matter most first; what changes nothing is left out. */
export function sensitivities(scenario: Scenario, basis: Basis): readonly Sensitivity[] {
  const now_usd = compare(scenario, basis).edge.total_usd;
  const changeIn = (changed: Basis) => compare(scenario, changed).edge.total_usd - now_usd;
  const units = new Set(
    scenario.modules.flatMap((module) => Object.keys(basis.edge[module].perUserHour)),
  );
  const found: Sensitivity[] = [
    ...[...units].map((unit) => ({
      of: unit,
      kind: "unit" as const,
      change_usd: changeIn(withUnit(basis, scenario.modules, unit)),
    })),
    ...prices.map(([vendor, price]) => ({
      of: `${vendor} ${price}`,
      kind: "price" as const,
      change_usd: changeIn(withPrice(basis, vendor, price)),
    })),
  ];
  return found
    .filter(({ change_usd }) => Math.abs(change_usd) >= 0.005)
    .sort((a, b) => Math.abs(b.change_usd) - Math.abs(a.change_usd));
}

function withUnit(basis: Basis, modules: readonly MeasuredModule[], unit: string): Basis {
  const raised = ({ perUserHour, cpu_ms }: EdgeUnits): EdgeUnits => ({
    perUserHour: { ...perUserHour, [unit]: (perUserHour[unit] ?? 0) * tenth },
    cpu_ms,
  });
  const edge = { ...basis.edge };
  for (const module of modules) edge[module] = raised(edge[module]);
  return { ...basis, edge };
}

function withPrice(basis: Basis, vendor: (typeof prices)[number][0], price: string): Basis {
  const sheet: object = basis.sheets[vendor];
  const changed = Object.fromEntries(
    Object.entries(sheet).map(([name, value]) => [
      name,
      name === price ? { ...value, price_usd: value.price_usd * tenth } : value,
    ]),
  );
  return { ...basis, sheets: { ...basis.sheets, [vendor]: changed } };
}
