import { parseField } from "./fields.ts";
import { latencyBuckets } from "./latency.ts";
import { type MeterModule, type MeterUnit, meterUnitNames } from "./units.ts";

/** Answers of one status class on one route, by latency bucket. */
export interface RouteCounts {
  readonly route: string;
  /** By the first digit of the status. */
  readonly classes: ReadonlyMap<number, readonly number[]>;
  /** Milliseconds of all answers together. */
  readonly sum_ms: number;
}

/** Numbers of the meter, put in order: of an hour, or of several together. */
export interface MeterReading {
  readonly units: ReadonlyMap<MeterModule, ReadonlyMap<MeterUnit, number>>;
  readonly routes: readonly RouteCounts[];
  /** By name of the cache, and then by how a read ended. */
  readonly caches: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What rooms count besides, by module and name. */
  readonly events: ReadonlyMap<MeterModule, ReadonlyMap<string, number>>;
}

/** A hash of the meter as Redis gives it: names, and numbers that may come as text. */
export type MeterHash = Readonly<Record<string, unknown>>;

/** Adds hashes up. Fields that this version does not know, and what is no number, are left out. */
export function readMeter(...hashes: readonly MeterHash[]): MeterReading {
  const units = new Map<MeterModule, Map<MeterUnit, number>>();
  const routes = new Map<string, { classes: Map<number, number[]>; sum_ms: number }>();
  const caches = new Map<string, Map<string, number>>();
  const events = new Map<MeterModule, Map<string, number>>();
  const routeOf = (route: string) =>
    getOr(routes, route, () => ({ classes: new Map(), sum_ms: 0 }));
  for (const [name, amount] of hashes.flatMap(numbersOf)) {
    const field = parseField(name);
    if (field?.type === "unit") addTo(getOr(units, field.module, newMap), field.unit, amount);
    else if (field?.type === "cache")
      addTo(getOr(caches, field.cache, newMap), field.outcome, amount);
    else if (field?.type === "event")
      addTo(getOr(events, field.module, newMap), field.event, amount);
    else if (field?.type === "route_ms") routeOf(field.route).sum_ms += amount;
    else if (field?.type === "route" && field.bucket < latencyBuckets) {
      const empty = () => Array<number>(latencyBuckets).fill(0);
      const buckets = getOr(routeOf(field.route).classes, field.statusClass, empty);
      buckets[field.bucket] = (buckets[field.bucket] ?? 0) + amount;
    }
  }
  const ordered = [...routes].map(([route, counts]) => ({ route, ...counts }));
  return { units, caches, events, routes: ordered.sort((a, b) => (a.route < b.route ? -1 : 1)) };
}

/** How many of a unit, over all modules but those named. */
export function unitTotal(
  { units }: MeterReading,
  unit: MeterUnit,
  without: readonly MeterModule[] = [],
): number {
  let total = 0;
  for (const [module, amounts] of units)
    if (!without.includes(module)) total += amounts.get(unit) ?? 0;
  return total;
}

/** Totals of all units, over all modules. */
export function unitTotals(reading: MeterReading): Record<MeterUnit, number> {
  const totals = meterUnitNames.map((unit) => [unit, unitTotal(reading, unit)] as const);
  return Object.fromEntries(totals) as Record<MeterUnit, number>;
}

/** The latency histogram of some routes together, whatever their status. */
export function latencyOf(routes: readonly RouteCounts[]): number[] {
  const sum = Array<number>(latencyBuckets).fill(0);
  for (const { classes } of routes)
    for (const buckets of classes.values())
      for (const [bucket, count] of buckets.entries()) sum[bucket] = (sum[bucket] ?? 0) + count;
  return sum;
}

/** Answers of a status class on some routes; of all classes without one. */
export function answersOf(routes: readonly RouteCounts[], statusClass?: number): number {
  let total = 0;
  for (const { classes } of routes)
    for (const [ofClass, buckets] of classes)
      if (statusClass === undefined || ofClass === statusClass)
        total += buckets.reduce((sum, count) => sum + count, 0);
  return total;
}

/** Reads of a cache, and how many of them found something, fresh or stale. */
export function cacheHits(outcomes: ReadonlyMap<string, number> | undefined) {
  let reads = 0;
  for (const count of outcomes?.values() ?? []) reads += count;
  const hits = (outcomes?.get("hit") ?? 0) + (outcomes?.get("stale") ?? 0);
  return { reads, hits, hitRate: reads === 0 ? null : hits / reads };
}

function numbersOf(hash: MeterHash): (readonly [string, number])[] {
  return Object.entries(hash).flatMap(([name, value]) => {
    const amount = Number(value);
    return Number.isFinite(amount) ? [[name, amount] as const] : [];
  });
}

function newMap<Key>(): Map<Key, number> {
  return new Map<Key, number>();
}

function getOr<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function addTo<Key>(map: Map<Key, number>, key: Key, amount: number): void {
  map.set(key, (map.get(key) ?? 0) + amount);
}
