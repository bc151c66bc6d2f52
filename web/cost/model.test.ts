import { describe, expect, test } from "vitest";
import { breakEvens, compare } from "../../cost/compare.ts";
import { summaryOf } from "../../cost/summary.ts";
import { easyMeasurement } from "../../cost/testing/easy.ts";
import {
  basisFor,
  choicesOf,
  commandOf,
  csvOf,
  curvesOf,
  measuredBill,
  modulesFor,
  scenarioFor,
} from "./model.ts";
import { fixedKey, priceKey, unitKey, usualView, type View } from "./view.ts";

const summary = summaryOf(easyMeasurement);
const billsOf = (change: Partial<View>) => {
  const view = { ...usualView, day: "around-the-clock" as const, ...change };
  return compare(scenarioFor(view, summary), basisFor(view, summary));
};
const usd = (bills: ReturnType<typeof billsOf>, side: "edge" | "container", item: string) =>
  bills[side].lines.find((line) => line.item === item)?.usd ?? Number.NaN;

describe("numbers of the reader's own", () => {
  test("a price twice as high doubles its line and leaves the others", () => {
    const before = billsOf({ users: 20_000 });
    const after = billsOf({
      users: 20_000,
      changed: { [priceKey("cloudflare.workerRequests")]: 0.6 },
    });
    const item = "Worker requests";
    expect(usd(after, "edge", item)).toBeCloseTo(2 * usd(before, "edge", item), 9);
    expect(after.edge.total_usd - before.edge.total_usd).toBeCloseTo(usd(before, "edge", item), 9);
    expect(after.container).toEqual(before.container);
  });

  test("an amount of nothing takes its line away, in its own module alone", () => {
    const changed = { [unitKey("watch", "worker_requests")]: 0 };
    expect(usd(billsOf({ users: 20_000, changed }), "edge", "Worker requests")).toBe(0);
    const match = billsOf({ users: 20_000, changed, modules: "match" });
    expect(usd(match, "edge", "Worker requests")).toBeGreaterThan(0);
  });

  test("a fixed amount comes with each hour in which anybody is there", () => {
    const changed = { [fixedKey("watch", "worker_requests")]: 1e6 };
    const added = usd(billsOf({ users: 20_000, changed }), "edge", "Worker requests");
    const before = usd(billsOf({ users: 20_000 }), "edge", "Worker requests");
    // 720 hours of a month, a million each.
    expect(added - before).toBeCloseTo(720 * 0.3, 6);
  });

  test("a bill of one's own begins where the measured one stands, and costs the same", () => {
    const view = { ...usualView, users: 500 };
    const [measured, own] = [view, { ...view, own: measuredBill(view, summary) }].map(
      (each) => compare(scenarioFor(each, summary), basisFor(each, summary)).container.total_usd,
    );
    expect(own).toBeCloseTo(measured ?? 0, 1);
  });
});

describe("what was not measured", () => {
  const runs = easyMeasurement.runs.filter(({ module }) => module === "match");
  const partial = summaryOf({ ...easyMeasurement, runs });
  test("cannot be chosen, and a link that asks for it shows what was", () => {
    expect(choicesOf(partial)).toEqual(["match"]);
    expect(choicesOf(summary)).toEqual(["watch", "match", "analytics", "all"]);
    expect(modulesFor({ ...usualView, modules: "all" }, partial)).toEqual(["match"]);
  });
});

test("the curves cross where the break-evens say", () => {
  // A container of 1.2 GB that never grows: dearer than the edge until many people come.
  const own = { memory_gb: 1.2, cpu: 0.1, egress_gb: 0, volume_gb: 0 };
  const view: View = { ...usualView, own };
  const [scenario, basis] = [scenarioFor(view, summary), basisFor(view, summary)];
  const curves = curvesOf(scenario, basis);
  const crossings = breakEvens(scenario, basis).slice(1);
  expect(crossings.length).toBeGreaterThan(0);
  for (const crossing of crossings) {
    const after = curves.users.findIndex((each) => each >= crossing.users * 1.01);
    const [edge = 0, container = 0] = [curves.edge_usd[after], curves.container_usd[after]];
    expect(edge <= container ? "edge" : "container").toBe(crossing.cheaper);
  }
});

test("the command says what the view says", () => {
  expect(commandOf(usualView)).toBe("npm run cost -- --scenario watch-evening --users 1000");
  const pro = { ...usualView, plan: "pro", neon: "scale", rounding: "rounded" } as const;
  expect(commandOf(pro)).toMatch(/--users 1000 --rounded --plan pro --neon scale$/);
  const more = { ...usualView, redis_gb: 2, postgres_gb: 0.5, kept_months: 12 };
  expect(commandOf(more)).toMatch(/--users 1000 --redis-gb 2 --postgres-gb 0.5 --kept-months 12$/);
});

test("a bill as comma-separated values has every line, its totals, and no broken cell", () => {
  const { edge, container } = billsOf({ users: 2_000_000 });
  const lines = csvOf(edge, container).trimEnd().split("\r\n");
  expect(lines).toHaveLength(1 + edge.lines.length + container.lines.length + 2);
  expect(lines.find((line) => line.startsWith("edge,,Total"))).toContain(edge.total_usd.toFixed(4));
  // A thousands separator in an explanation is quoted.
  for (const line of lines) expect(line.replace(/"[^"]*"/g, "").split(",")).toHaveLength(7);
});
