import { containerBill } from "./container.ts";
import { edgeBill } from "./edge.ts";
import type { Bill, Rounding } from "./line.ts";
import type { MeasuredModule, Measurement } from "./measured.ts";
import { containerMonth, edgeMonth, type StoredData } from "./month.ts";
import { type Scenario, users_max, users_min } from "./scenario.ts";
import { type CloudflareSheet, cloudflare2026 } from "./sheets/cloudflare.ts";
import { type NeonSheet, neonLaunch2026 } from "./sheets/neon.ts";
import { type RailwaySheet, railway2026 } from "./sheets/railway.ts";
import { type UpstashSheet, upstash2026 } from "./sheets/upstash.ts";
import { type ContainerUnits, containerUnits, type EdgeUnits, edgeUnits } from "./units.ts";

/** All that a comparison rests on besides the scenario. */
export interface Basis {
  readonly edge: Readonly<Record<MeasuredModule, EdgeUnits>>;
  readonly container: Readonly<Record<MeasuredModule, ContainerUnits>>;
  readonly sheets: {
    readonly cloudflare: CloudflareSheet;
    readonly upstash: UpstashSheet;
    readonly neon: NeonSheet;
    readonly railway: RailwaySheet;
  };
  readonly plan: "hobby" | "pro";
  readonly rounding: Rounding;
  readonly data?: StoredData;
}

/** Which of the vendors' plans and ways of billing to reckon with. */
export interface Terms {
  readonly rounding?: Rounding;
  readonly plan?: Basis["plan"];
  readonly neon?: NeonSheet;
}

/** The present prices, and units as they were measured. @throws Error for a module not measured */
export function basisOf(
  measurement: Measurement,
  { rounding = "exact", plan = "hobby", neon = neonLaunch2026 }: Terms = {},
): Basis {
  return {
    edge: {
      watch: edgeUnits(measurement, "watch"),
      match: edgeUnits(measurement, "match"),
      analytics: edgeUnits(measurement, "analytics"),
    },
    container: {
      watch: containerUnits(measurement, "watch"),
      match: containerUnits(measurement, "match"),
      analytics: containerUnits(measurement, "analytics"),
    },
    sheets: {
      cloudflare: cloudflare2026,
      upstash: upstash2026,
      neon,
      railway: railway2026,
    },
    plan,
    rounding,
  };
}

export interface Comparison {
  readonly edge: Bill;
  readonly container: Bill;
}

/** Both bills of a month for one scenario. */
export function compare(scenario: Scenario, basis: Basis): Comparison {
  const { sheets, rounding, plan, data } = basis;
  const edge = scenario.modules.map((module) => basis.edge[module]);
  const container = scenario.modules.map((module) => basis.container[module]);
  return {
    edge: edgeBill(edgeMonth(scenario, edge, sheets.neon, data), sheets, rounding),
    container: containerBill(containerMonth(scenario, container, data), sheets.railway, plan),
  };
}

/** Which side is cheaper by how many people, as a list of crossings in rising order. */
export interface BreakEven {
  /** From so many people on ... */
  readonly users: number;
  /** ... this side is the cheaper one. */
  readonly cheaper: "edge" | "container";
}

const steps = 240;

/**
 * Where the cheaper side changes between one person and a million. Bills have steps (plans,
 * allowances), so there may be several crossings; each is found to within half a per cent by walking
 * the range in equal ratios and halving the step in which the sign changes.
 */
export function breakEvens(scenario: Omit<Scenario, "users">, basis: Basis): readonly BreakEven[] {
  const cheaperAt = (users: number) => {
    const { edge, container } = compare({ ...scenario, users }, basis);
    return edge.total_usd <= container.total_usd ? ("edge" as const) : ("container" as const);
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
