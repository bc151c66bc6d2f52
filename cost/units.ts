import {
  type MeasuredModule,
  type Measurement,
  measureCommand,
  type Run,
  userHours,
} from "./measured.ts";

/** What one person using a module for an hour takes at the edge, in the units of the meter. */
export interface EdgeUnits {
  readonly perUserHour: Readonly<Record<string, number>>;
  /** CPU of the Worker and its rooms, in milliseconds. */
  readonly cpu_ms: number;
  /** CPU of Postgres, in milliseconds; 0 where it was not measured. */
  readonly postgresCpu_ms: number;
}

/** What a service of the container takes: a straight line through its runs. */
export interface ServiceUnits {
  readonly name: string;
  /** Memory with nobody there, and for each person at once. */
  readonly memory_bytes: Line;
  /** Cores with nobody there, and for each person at once. */
  readonly cpu: Line;
}

/** `at + by * users`. */
export interface Line {
  readonly at: number;
  readonly by: number;
}

export interface ContainerUnits {
  readonly services: readonly ServiceUnits[];
  readonly bytes_outPerUserHour: number;
}

/** @throws Error when nobody has measured this side of this module yet */
function runsOf(measurement: Measurement, module: MeasuredModule, side: Run["side"]): Run[] {
  const runs = measurement.runs.filter((run) => run.module === module && run.side === side);
  if (runs.length > 0) return runs;
  throw new Error(
    `The results of ${measurement.date} have no ${side} run of ${module}. Measure with: ${measureCommand}`,
  );
}

/** Units per user-hour over all runs of a module at the edge. */
export function edgeUnits(measurement: Measurement, module: MeasuredModule): EdgeUnits {
  const runs = runsOf(measurement, module, "edge");
  const hours = sum(runs.map(userHours));
  const names = new Set(runs.flatMap(({ units }) => Object.keys(units)));
  const perUserHour = Object.fromEntries(
    [...names].map((name) => [name, sum(runs.map(({ units }) => units[name] ?? 0)) / hours]),
  );
  const cpu_ms = (of: string) => {
    const own = runs.flatMap(({ processes }) => processes.filter(({ name }) => name === of));
    return (sum(own.map(({ cpu_s }) => cpu_s)) * 1_000) / hours;
  };
  return { perUserHour, cpu_ms: cpu_ms("worker"), postgresCpu_ms: cpu_ms("postgres") };
}

/** The container's services over all runs of a module. */
export function containerUnits(measurement: Measurement, module: MeasuredModule): ContainerUnits {
  const runs = runsOf(measurement, module, "container");
  const names = [...new Set(runs.flatMap(({ processes }) => processes.map(({ name }) => name)))];
  return {
    services: names.map((name) => serviceUnits(name, runs)),
    bytes_outPerUserHour: sum(runs.map(({ bytes_out }) => bytes_out)) / sum(runs.map(userHours)),
  };
}

function serviceUnits(name: string, runs: readonly Run[]): ServiceUnits {
  const seen = runs.flatMap(({ users, duration_s, processes }) =>
    processes
      .filter((process) => process.name === name)
      .map(({ rss_bytes_mean, cpu_s }) => ({
        users,
        memory_bytes: rss_bytes_mean,
        cpu: cpu_s / duration_s,
      })),
  );
  return {
    name,
    memory_bytes: fitLine(seen.map(({ users, memory_bytes }) => [users, memory_bytes])),
    cpu: fitLine(seen.map(({ users, cpu }) => [users, cpu])),
  };
}

/**
 * The line nearest to some points, by least squares, that neither begins nor falls below zero: a
 * service uses no less with more people.
 */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const x_mean = mean(points.map(([x]) => x));
  const y_mean = mean(points.map(([, y]) => y));
  const spread = sum(points.map(([x]) => (x - x_mean) ** 2));
  const slope =
    spread === 0 ? 0 : sum(points.map(([x, y]) => (x - x_mean) * (y - y_mean))) / spread;
  if (slope <= 0) return { at: y_mean, by: 0 };
  const at = y_mean - slope * x_mean;
  if (at >= 0) return { at, by: slope };
  // Through the origin instead: nobody there cannot cost less than nothing.
  return { at: 0, by: sum(points.map(([x, y]) => x * y)) / sum(points.map(([x]) => x * x)) };
}

export function valueAt({ at, by }: Line, users: number): number {
  return at + by * users;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
