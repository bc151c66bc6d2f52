import { type ContainerUsage, containerBill } from "./container.ts";
import { edgeBill } from "./edge.ts";
import { overFreePlan } from "./free-plan.ts";
import type { Bill, Rounding } from "./line.ts";
import { type MeasuredModule, measureCommand } from "./measured.ts";
import { containerMonth, edgeMonth, type StoredData, usualData } from "./month.ts";
import { type Scenario, users_max, users_min } from "./scenario.ts";
import { type CloudflareSheet, cloudflare2026 } from "./sheets/cloudflare.ts";
import { type NeonSheet, neonLaunch2026 } from "./sheets/neon.ts";
import { type RailwaySheet, railway2026 } from "./sheets/railway.ts";
import { type UpstashSheet, upstash2026 } from "./sheets/upstash.ts";
import type { Summary } from "./summary.ts";
import type { ContainerUnits, EdgeUnits } from "./units.ts";

/** Units by module; a module that nobody measured is not there. */
type ByModule<Units> = Readonly<Partial<Record<MeasuredModule, Units | undefined>>>;

/** All that a comparison rests on besides the scenario. */
export interface Basis {
  readonly edge: ByModule<EdgeUnits>;
  readonly container: ByModule<ContainerUnits>;
  readonly sheets: Sheets;
  readonly plan: "hobby" | "pro";
  readonly rounding: Rounding;
  readonly data: StoredData;
  /** What a container of one's own uses, to be reckoned instead of the measured one. */
  readonly ownContainer?: ContainerUsage | undefined;
}

export interface Sheets {
  readonly cloudflare: CloudflareSheet;
  readonly upstash: UpstashSheet;
  readonly neon: NeonSheet;
  readonly railway: RailwaySheet;
}

/** Which of the vendors' plans and ways of billing to reckon with, and how much data there is. */
export interface Terms {
  readonly rounding?: Rounding;
  readonly plan?: Basis["plan"];
  readonly neon?: NeonSheet;
  readonly data?: StoredData;
}

/** The present prices, and units as they were measured. */
export function basisOf(
  { modules }: Pick<Summary, "modules">,
  { rounding = "exact", plan = "hobby", neon = neonLaunch2026, data = usualData }: Terms = {},
): Basis {
  const { watch, match, analytics } = modules;
  return {
    edge: { watch: watch?.edge, match: match?.edge, analytics: analytics?.edge },
    container: {
      watch: watch?.container,
      match: match?.container,
      analytics: analytics?.container,
    },
    sheets: { cloudflare: cloudflare2026, upstash: upstash2026, neon, railway: railway2026 },
    plan,
    rounding,
    data,
  };
}

export interface Comparison {
  readonly edge: Bill;
  readonly container: Bill;
  /** What of the edge's month Cloudflare's plan without a fee does not hold; nothing when it would do. */
  readonly overFreePlan: readonly string[];
}

/** Both bills of a month for one scenario. @throws Error for a module that was not measured */
export function compare(scenario: Scenario, basis: Basis): Comparison {
  const { sheets, rounding, plan, data } = basis;
  const edge = scenario.modules.map((module) => measured(basis.edge, module));
  const container = scenario.modules.map((module) => measured(basis.container, module));
  const used = basis.ownContainer ?? containerMonth(scenario, container, data);
  const month = edgeMonth(scenario, edge, sheets.neon, data);
  return {
    edge: edgeBill(month, sheets, rounding),
    container: containerBill(used, sheets.railway, plan),
    overFreePlan: overFreePlan(month, sheets.cloudflare),
  };
}

function measured<Units>(units: ByModule<Units>, module: MeasuredModule): Units {
  const found = units[module];
  if (found !== undefined) return found;
  throw new Error(
    `The newest results have no runs of ${module} on both sides. Measure with: ${measureCommand}`,
  );
}

/** Which side is cheaper by how many people, as a list of crossings in rising order. */
export interface BreakEven {
  /** From so many people on ... */
  readonly users: number;
  /** ... this side is the cheaper one; neither where both cost exactly their fees. */
  readonly cheaper: "edge" | "container" | "neither";
}

const steps = 240;
/** Sums of the same fees differ by less, in whatever order they were added up. */
const same_usd_max = 1e-6;

/**
 * Where the cheaper side changes between one person and a million. Bills have steps (plans,
 * allowances), so there may be several crossings; each is found to within half a per cent by walking
 * the range in equal ratios and halving the step in which the sign changes.
 */
export function breakEvens(scenario: Omit<Scenario, "users">, basis: Basis): readonly BreakEven[] {
  const cheaperAt = (users: number): BreakEven["cheaper"] => {
    const { edge, container } = compare({ ...scenario, users }, basis);
    const difference_usd = container.total_usd - edge.total_usd;
    if (Math.abs(difference_usd) < same_usd_max) return "neither";
    return difference_usd > 0 ? "edge" : "container";
  };
  const at = (step: number) => users_min * (users_max / users_min) ** (step / steps);
  const found: BreakEven[] = [{ users: users_min, cheaper: cheaperAt(users_min) }];
  for (let step = 1; step <= steps; step += 1) {
    const before = found.at(-1)?.cheaper;
    const cheaper = cheaperAt(at(step));
    if (cheaper === before) continue;
    let [low, high] = [at(step - 1), at(step)];
    while (high / low > 1.005) {
      const middle = Math.sqrt(low * high);
      if (cheaperAt(middle) === before) low = middle;
      else high = middle;
    }
    found.push({ users: Math.max(1, Math.round(high)), cheaper });
  }
  return found;
}
