import { latencyBounds_ms } from "../../platform/meter/latency.ts";
import { histogram, metric, type Sample } from "../../platform/meter/prometheus.ts";
import {
  cacheHits,
  latencyOf,
  type MeterReading,
  type RouteCounts,
} from "../../platform/meter/reading.ts";
import { readingOf } from "../../platform/meter/snapshot.ts";
import type { MeterTotals } from "../../platform/meter/totals.ts";
import { meterUnitNames, meterUnits } from "../../platform/meter/units.ts";
import type { Ready } from "../../protocol/ops.ts";
import type { AllRoomLimits } from "../room-limits.ts";
import { recentHours, roomFigures } from "./figures.ts";

/** What `GET /metrics` tells. */
export interface MetricsFacts {
  readonly now_ms: number;
  readonly version: string;
  readonly report: Ready;
  /** Undefined when Redis did not answer. */
  readonly meter: MeterTotals | undefined;
  readonly limits: AllRoomLimits;
  readonly kept_bytes: number;
}

/**
 * Everything that is counted, in Prometheus's text format. Counters are sums over all isolates and
 * grow only; they begin anew when Redis loses them, which Prometheus takes as any restart.
 */
export function metricsText(facts: MetricsFacts): string {
  const { meter } = facts;
  return [
    about(facts),
    parts(facts.report, facts.now_ms),
    jobs(facts.report),
    ...(meter === undefined
      ? []
      : [units(meter.totals), routes(meter.totals), caches(meter), rooms(meter, facts)]),
  ].join("");
}

function about({ version, meter, kept_bytes }: MetricsFacts): string {
  return [
    metric("offrail_info", "gauge", "Which version answers.", [[{ version }, 1]]),
    metric(
      "offrail_metered",
      "gauge",
      "Whether Redis gave the counters; without it there are none.",
      [[{}, meter === undefined ? 0 : 1]],
    ),
    metric(
      "offrail_isolate_kept_bytes",
      "gauge",
      "What the answering isolate keeps between requests.",
      [[{}, kept_bytes]],
    ),
  ].join("");
}

function parts({ checks, checkedAt, queries }: Ready, now_ms: number): string {
  const all = Object.entries(checks);
  const age_s = (at: string) => Math.max(0, (now_ms - Date.parse(at)) / 1000);
  return [
    metric(
      "offrail_up",
      "gauge",
      "Whether a part behind the Worker answered when it was last asked.",
      all.map(([part, { status }]) => [{ part }, status === "up" ? 1 : 0]),
    ),
    metric(
      "offrail_check_latency_seconds",
      "gauge",
      "How long that answer took.",
      all.map(([part, { latency_ms }]) => [{ part }, latency_ms / 1000]),
    ),
    metric("offrail_check_age_seconds", "gauge", "How long ago each part was last asked.", [
      ...all.map(([part, check]): Sample => [{ part }, age_s(check.checkedAt)]),
      [{ part: "all" }, age_s(checkedAt)],
    ]),
    metric(
      "offrail_sql_slow_ratio",
      "gauge",
      "Share of round trips to Postgres of 200 ms or longer, in this hour and the one before.",
      queries.slowShare === null ? [] : [[{}, queries.slowShare]],
    ),
  ].join("");
}

function jobs({ jobs: figures }: Ready): string {
  if (figures === null) return "";
  const { queued, running, dead, oldestDue_ms } = figures;
  return [
    metric("offrail_jobs", "gauge", "Background jobs, when Postgres was last asked.", [
      [{ status: "queued" }, queued],
      [{ status: "running" }, running],
      [{ status: "dead" }, dead],
    ]),
    metric("offrail_job_oldest_due_seconds", "gauge", "How long the oldest due job waits.", [
      [{}, oldestDue_ms / 1000],
    ]),
  ].join("");
}

function units({ units: byModule }: MeterReading): string {
  return meterUnitNames
    .map((unit) => {
      const samples = [...byModule].flatMap(([module, amounts]): Sample[] => {
        const amount = amounts.get(unit);
        return amount === undefined ? [] : [[{ module }, amount]];
      });
      return metric(`offrail_${unit}_total`, "counter", `${meterUnits[unit]}.`, samples);
    })
    .join("");
}

function routes({ routes: all }: MeterReading): string {
  const responses = all.flatMap(({ route, classes }) =>
    [...classes].map(([ofClass, buckets]): Sample => {
      const total = buckets.reduce((sum, count) => sum + count, 0);
      return [{ ...labelsOf(route), status: `${ofClass}xx` }, total];
    }),
  );
  return [
    metric("offrail_responses_total", "counter", "Answers, by route and status class.", responses),
    histogram(
      "offrail_request_duration_seconds",
      "How long answers took, by route.",
      latencyBounds_ms.map((bound_ms) => bound_ms / 1000),
      all.map((counts) => ({
        labels: labelsOf(counts.route),
        counts: latencyOf([counts]),
        sum: counts.sum_ms / 1000,
      })),
    ),
  ].join("");
}

/** `GET /v1/time` as two labels; a route without a method is what stands for no route at all. */
function labelsOf(route: RouteCounts["route"]) {
  const at = route.indexOf(" ");
  return at === -1
    ? { method: "", route }
    : { method: route.slice(0, at), route: route.slice(at + 1) };
}

function caches({ totals, snapshot }: MeterTotals): string {
  const reads = [...totals.caches].flatMap(([cache, outcomes]) =>
    [...outcomes].map(([outcome, count]): Sample => [{ cache, outcome }, count]),
  );
  const ratios = [...readingOf(recentHours(snapshot)).caches].flatMap(
    ([cache, outcomes]): Sample[] => {
      const { hitRate } = cacheHits(outcomes);
      return hitRate === null ? [] : [[{ cache }, hitRate]];
    },
  );
  return [
    metric("offrail_cache_reads_total", "counter", "Reads of caches, by how they ended.", reads),
    metric(
      "offrail_cache_hit_ratio",
      "gauge",
      "Share of reads that found something, in this hour and the one before.",
      ratios,
    ),
  ].join("");
}

function rooms({ snapshot, totals }: MeterTotals, { limits, now_ms }: MetricsFacts): string {
  const all = roomFigures(recentHours(snapshot), limits, now_ms);
  const events = [...totals.events].flatMap(([module, counts]) =>
    [...counts].map(([event, count]): Sample => [{ module, event }, count]),
  );
  return [
    metric("offrail_room_events_total", "counter", "What rooms count besides.", events),
    metric(
      "offrail_rooms_open",
      "gauge",
      "Rooms with somebody in them, as far as they have said; asleep or awake.",
      all.map(({ party, open }) => [{ party }, open]),
    ),
    metric(
      "offrail_rooms_awake_average",
      "gauge",
      "Rooms in memory at once, on average over this hour and the one before.",
      all.flatMap(({ party, awakeAverage }): Sample[] =>
        awakeAverage === null ? [] : [[{ party }, awakeAverage]],
      ),
    ),
    metric(
      "offrail_sockets_open",
      "gauge",
      "Sockets now open, as far as rooms have said.",
      all.map(({ party, sockets }) => [{ party }, sockets]),
    ),
  ].join("");
}
