import { billedUnitNames, unitIn, withUnit } from "../../cost/billed.ts";
import { type Basis, basisOf, compare } from "../../cost/compare.ts";
import type { ContainerUsage } from "../../cost/container.ts";
import type { Bill } from "../../cost/line.ts";
import { type MeasuredModule, measuredModules } from "../../cost/measured.ts";
import { containerMonth } from "../../cost/month.ts";
import { prices } from "../../cost/prices.ts";
import { dayShapes, type Scenario, users_max, users_min } from "../../cost/scenario.ts";
import { neonLaunch2026, neonScale2026 } from "../../cost/sheets/neon.ts";
import type { Summary } from "../../cost/summary.ts";
import {
  fixedKey,
  type ModuleChoice,
  moduleChoices,
  type OwnBill,
  priceKey,
  unitKey,
  usualView,
  type View,
} from "./view.ts";

/** What may be chosen of what was measured; all at once only where all were. */
export function choicesOf({ modules }: Summary): readonly ModuleChoice[] {
  const has = (choice: ModuleChoice) =>
    choice === "all"
      ? measuredModules.every((module) => modules[module] !== undefined)
      : modules[choice] !== undefined;
  return moduleChoices.filter(has);
}

/** The modules that a view asks for, or the first that was measured where those were not. */
export function modulesFor(view: View, summary: Summary): readonly MeasuredModule[] {
  const choices = choicesOf(summary);
  const chosen = choices.includes(view.modules) ? view.modules : choices[0];
  if (chosen === undefined) return [];
  return chosen === "all" ? measuredModules : [chosen];
}

export function scenarioFor(view: View, summary: Summary): Scenario {
  return { modules: modulesFor(view, summary), day: dayShapes[view.day], users: view.users };
}

/** Prices and units as the reader wants them reckoned with. */
export function basisFor(view: View, summary: Summary): Basis {
  const { plan, rounding, redis_gb, postgres_gb, kept_months, changed, own } = view;
  const neon = view.neon === "scale" ? neonScale2026 : neonLaunch2026;
  const data = { redis_gb, postgres_gb, kept_months };
  let basis = basisOf(summary, { plan, rounding, neon, data });
  for (const price of prices) {
    const usd = changed[priceKey(price.id)];
    if (usd !== undefined) basis = { ...basis, sheets: price.write(basis.sheets, usd) };
  }
  for (const module of measuredModules)
    for (const unit of billedUnitNames) {
      const units = basis.edge[module];
      if (units === undefined) continue;
      const measured = unitIn(units, unit);
      const at = changed[fixedKey(module, unit)] ?? measured.at;
      const by = changed[unitKey(module, unit)] ?? measured.by;
      if (at !== measured.at || by !== measured.by)
        basis = withUnit(basis, module, unit, { at, by });
    }
  return own === null ? basis : { ...basis, ownContainer: usageOf(own) };
}

function usageOf({ memory_gb, cpu, egress_gb, volume_gb }: OwnBill): ContainerUsage {
  return { services: [{ name: "Your services", memory_gb, cpu, volume_gb }], egress_gb };
}

/** The measured containers of a view, as a dashboard would show them: where one's own begins. */
export function measuredBill(view: View, summary: Summary): OwnBill {
  const { container, data } = basisFor({ ...view, own: null }, summary);
  const scenario = scenarioFor(view, summary);
  const units = scenario.modules.flatMap((module) => container[module] ?? []);
  const { services, egress_gb } = containerMonth(scenario, units, data);
  const total = (part: "memory_gb" | "cpu" | "volume_gb") =>
    rounded(services.reduce((sum, service) => sum + service[part], 0));
  return {
    memory_gb: total("memory_gb"),
    cpu: total("cpu"),
    volume_gb: total("volume_gb"),
    egress_gb: rounded(egress_gb),
  };
}

const rounded = (value: number) => Number(value.toPrecision(3));

/** Both totals over people, for a chart: the same ratio from each point to the next. */
export interface Curves {
  readonly users: readonly number[];
  readonly edge_usd: readonly number[];
  readonly container_usd: readonly number[];
}

const pointsPerDecade = 24;

export function curvesOf(scenario: Omit<Scenario, "users">, basis: Basis): Curves {
  const points = Math.log10(users_max / users_min) * pointsPerDecade;
  const users = Array.from(
    { length: points + 1 },
    (_, point) => users_min * 10 ** (point / pointsPerDecade),
  );
  const bills = users.map((each) => compare({ ...scenario, users: each }, basis));
  return {
    users,
    edge_usd: bills.map(({ edge }) => edge.total_usd),
    container_usd: bills.map(({ container }) => container.total_usd),
  };
}

/** The command that prints the same bills, where the command line can be told all of it. */
export function commandOf(view: View): string {
  const options = [
    `--scenario ${view.modules}-${view.day} --users ${view.users}`,
    view.rounding === "rounded" ? "--rounded" : "",
    view.plan === "pro" ? "--plan pro" : "",
    view.neon === "scale" ? "--neon scale" : "",
    ...(["redis_gb", "postgres_gb", "kept_months"] as const).map((name) =>
      view[name] === usualView[name] ? "" : `--${name.replace("_", "-")} ${view[name]}`,
    ),
  ];
  return `npm run cost -- ${options.filter((option) => option !== "").join(" ")}`;
}

/** Both bills as a table of comma-separated values, for whoever reckons on. */
export function csvOf(edge: Bill, container: Bill): string {
  const rows = [
    ["side", "vendor", "line", "quantity", "unit", "usd_a_month", "explained"],
    ...[["edge", edge] as const, ["container", container] as const].flatMap(
      ([side, { lines, total_usd }]) => [
        ...lines.map(({ vendor, item, quantity, unit, usd, explained }) => [
          side,
          vendor,
          item,
          String(quantity),
          unit,
          usd.toFixed(4),
          explained,
        ]),
        [side, "", "Total", "1", "month", total_usd.toFixed(4), ""],
      ],
    ),
  ];
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
