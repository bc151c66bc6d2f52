import { hourStart_ms } from "../../platform/meter/keys.ts";
import { quantile_ms } from "../../platform/meter/latency.ts";
import {
  answersOf,
  cacheHits,
  latencyOf,
  type MeterReading,
  type RouteCounts,
  readMeter,
} from "../../platform/meter/reading.ts";
import { type MeterSnapshot, readingOf } from "../../platform/meter/snapshot.ts";
import { meterUnitNames } from "../../platform/meter/units.ts";
import type { Ready } from "../../protocol/ops.ts";
import {
  type Overview,
  type OverviewHour,
  overviewRoutes_max,
  type Traffic,
} from "../../protocol/overview.ts";
import type { AllRoomLimits } from "../room-limits.ts";
import { isolate_bytes_max, recentHours, roomFigures, window_s } from "./figures.ts";

/** What `GET /v1/ops/overview` tells. */
export interface OverviewFacts {
  readonly now_ms: number;
  readonly startedAt_ms: number;
  readonly report: Ready;
  /** As many hours as were asked for; undefined when Redis did not answer. */
  readonly snapshot: MeterSnapshot | undefined;
  readonly limits: AllRoomLimits;
  readonly kept_bytes: number;
}

const nothing: MeterSnapshot = {
  hours: [],
  base: undefined,
  sockets: new Map(),
  rooms: new Map(),
  others: [],
};

/** How the house does: the last hour or two in one figure each, and all hours as a series. */
export function overviewOf(facts: OverviewFacts): Overview {
  const { now_ms, startedAt_ms, report, limits, kept_bytes } = facts;
  const snapshot = facts.snapshot ?? nothing;
  const recent = recentHours(snapshot);
  const reading = readingOf(recent);
  const names = new Set([...reading.caches.keys()]);
  return {
    server_ms: now_ms,
    health: report,
    metered: facts.snapshot !== undefined,
    window_s: facts.snapshot === undefined ? 0 : window_s(recent, now_ms),
    traffic: trafficOf(reading.routes),
    routes: busiest(reading.routes),
    caches: [...names].sort().map((name) => {
      const { reads, hitRate } = cacheHits(reading.caches.get(name));
      return { name, reads, hitRate };
    }),
    rooms: [...roomFigures(recent, limits, now_ms)],
    isolate: {
      kept_bytes,
      limit_bytes: isolate_bytes_max,
      uptime_s: Math.max(0, Math.round((now_ms - startedAt_ms) / 1000)),
    },
    series: snapshot.hours.map(hourOf).reverse(),
  };
}

function hourOf({ hour, hash }: MeterSnapshot["hours"][number]): OverviewHour {
  const reading = readMeter(hash);
  const outcomes = new Map<string, number>();
  for (const ofCache of reading.caches.values())
    for (const [outcome, count] of ofCache)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
  return {
    hour,
    start_ms: hourStart_ms(hour) ?? 0,
    traffic: trafficOf(reading.routes),
    cacheHitRate: cacheHits(outcomes).hitRate,
    units: unitsOf(reading),
  };
}

/** Amounts by unit and module. What is below zero can only be a mistake, and is not shown. */
function unitsOf({ units }: MeterReading): OverviewHour["units"] {
  const amounts: Record<string, Record<string, number>> = {};
  for (const unit of meterUnitNames) {
    const byModule = [...units].flatMap(([module, ofModule]) => {
      const amount = ofModule.get(unit) ?? 0;
      return amount > 0 ? [[module, amount] as const] : [];
    });
    if (byModule.length > 0) amounts[unit] = Object.fromEntries(byModule);
  }
  return amounts;
}

function trafficOf(routes: readonly RouteCounts[]): Traffic {
  const latency = latencyOf(routes);
  return {
    requests: answersOf(routes),
    errors: answersOf(routes, 5),
    refused: answersOf(routes, 4),
    p50_ms: quantile_ms(latency, 0.5),
    p95_ms: quantile_ms(latency, 0.95),
    p99_ms: quantile_ms(latency, 0.99),
  };
}

function busiest(routes: readonly RouteCounts[]): Overview["routes"] {
  return routes
    .map((counts) => ({ route: counts.route, ...trafficOf([counts]) }))
    .sort((a, b) => b.requests - a.requests)
    .slice(0, overviewRoutes_max);
}
