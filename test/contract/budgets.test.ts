import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  budgets,
  isSlack,
  type ModuleBudget,
  meterBudget,
  meterTimesUsed_max,
} from "../../cost/budgets.ts";
import { type MeasuredModule, measuredModules } from "../../cost/measured.ts";
import type { MeterReading } from "../../platform/meter/reading.ts";
import { type MeterModule, type MeterUnit, meterUnitNames } from "../../platform/meter/units.ts";
import { analyticsPlayers, analyticsSession } from "./budget-analytics.ts";
import { matchPeople, matchVisit } from "./budget-match.ts";
import { amountOf, BudgetSite } from "./budget-site.ts";
import { watchHour } from "./budget-watch.ts";

/** On whose accounts people of a module run up a bill: its own, and what it shares. */
const accounts: Readonly<Record<MeasuredModule, readonly MeterModule[]>> = {
  // Pages ask for the time.
  watch: ["watch", "ops"],
  match: ["match", "identity"],
  analytics: ["analytics"],
};

/**
 * Units that no hour played in some seconds can tell, and what holds them instead. All others that
 * are billed need a budget.
 */
const notHere: ReadonlySet<MeterUnit> = new Set<MeterUnit>([
  // Rooms do not fall asleep between two moments of so short an hour: `test/workerd` counts wakes.
  "room_wakes",
  // Not billed.
  "sql_slow",
  "socket_messages_out",
  "sockets_opened",
  "dropped",
  "bytes_out",
]);
const hours_ms_max = 300_000;

interface Row {
  readonly unit: string;
  readonly measured: number;
  readonly budget: number | undefined;
}

const measured = new Map<MeasuredModule, readonly Row[]>();
/** What counting takes, for each hour of anybody; and what is on nobody's account, all together. */
let counting: readonly Row[] = [];
let nobodys: readonly Row[] = [];
let site: BudgetSite;

beforeAll(async () => {
  site = await BudgetSite.start();
  const visitors = await matchPeople(site);
  const players = await analyticsPlayers(site);
  const before = await site.read();
  // At once, for each counts on its own account and most of the time is spent waiting.
  const [watch, match, analytics] = await Promise.all([
    watchHour(site),
    matchVisit(site, visitors),
    analyticsSession(site, players),
  ]);
  const after = await site.read();
  const userHours = { watch, match, analytics };
  for (const module of measuredModules)
    measured.set(
      module,
      rowsOf(accounts[module], budgets[module], { before, after, hours: userHours[module] }),
    );
  counting = rowsOf(["meter"], meterBudget, { before, after, hours: watch + match + analytics });
  nobodys = rowsOf(["other"], {}, { before, after, hours: 1 });
}, hours_ms_max);

afterAll(() => site.stop());

describe.each(measuredModules)("an hour of %s", (module) => {
  test("uses no more of anything than its budget, and nothing that has none", () => {
    const rows = measured.get(module) ?? [];
    process.stdout.write(`${tableOf(module, rows)}\n`);
    const over = rows.filter(({ measured, budget }) => measured > (budget ?? 0));
    expect(over).toEqual([]);
  });

  test("has budgets that are near what is used", () => {
    const rows = measured.get(module) ?? [];
    const slack = rows.filter(({ unit, measured, budget }) => isSlack(unit, budget ?? 0, measured));
    expect(slack).toEqual([]);
  });
});

describe("an hour of anything", () => {
  test("is counted within a budget, which is near what that takes", () => {
    process.stdout.write(`${tableOf("meter", counting)}\n`);
    expect(counting.filter(({ measured, budget }) => measured > (budget ?? 0))).toEqual([]);
    const slack = counting.filter(
      ({ measured, budget = 0 }) => budget > meterTimesUsed_max * measured,
    );
    expect(slack).toEqual([]);
  });

  test("leaves nothing on nobody's account but the request that the meter is read with", () => {
    expect(nobodys).toEqual([{ unit: "worker_requests", measured: 1, budget: undefined }]);
  });
});

interface Played {
  readonly before: MeterReading;
  readonly after: MeterReading;
  /** How many hours of people. */
  readonly hours: number;
}

function rowsOf(
  of: readonly MeterModule[],
  budget: ModuleBudget,
  { before, after, hours }: Played,
): readonly Row[] {
  return meterUnitNames
    .filter((unit) => !notHere.has(unit))
    .map((unit) => ({
      unit,
      measured: round((amountOf(after, of, unit) - amountOf(before, of, unit)) / hours),
      budget: budget[unit]?.perUserHour,
    }))
    .filter(({ measured, budget }) => measured > 0 || budget !== undefined);
}

function tableOf(module: string, rows: readonly Row[]): string {
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(20) : cell.padStart(10))).join("");
  return [
    line([module, "measured", "budget", "headroom"]),
    ...rows.map(({ unit, measured, budget = 0 }) =>
      line([
        unit,
        `${measured}`,
        `${budget}`,
        measured === 0 ? "" : `${Math.round((budget / measured - 1) * 100)}%`,
      ]),
    ),
  ].join("\n");
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}
