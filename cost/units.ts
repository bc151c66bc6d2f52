import {
  bytesDown,
  type MeasuredModule,
  type Measurement,
  measureCommand,
  type Run,
  sampledHours,
  userHours,
} from "./measured.ts";

/**
 * What an hour of a module takes at the edge: a fixed part as long as anybody is there, and a part for
 * each person.
 */
export interface EdgeUnits {
  /** By the units of the meter. */
  readonly perHour: Readonly<Record<string, Line>>;
  /** CPU of the Worker and its rooms, in milliseconds. */
  readonly cpu_ms: Line;
  /** CPU of Postgres, in milliseconds; nothing where it was not measured. */
  readonly postgresCpu_ms: Line;
  /** By how much Postgres grows, and what is written to logs; nothing where it was not measured. */
  readonly stored_bytes: Line;
  readonly log_bytes: Line;
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
  /** By how much Postgres grows; nothing where it was not measured. */
  readonly stored_bytes: Line;
}

/** @throws Error when nobody has measured this side of this module yet */
function runsOf(measurement: Measurement, module: MeasuredModule, side: Run["side"]): Run[] {
  const runs = measurement.runs.filter((run) => run.module === module && run.side === side);
  if (runs.length > 0) return runs;
  throw new Error(
    `The results of ${measurement.date} have no ${side} run of ${module}. Measure with: ${measureCommand}`,
  );
}

/** Units an hour over all runs of a module at the edge. */
export function edgeUnits(measurement: Measurement, module: MeasuredModule): EdgeUnits {
  const runs = runsOf(measurement, module, "edge");
  const names = new Set(runs.flatMap(({ units }) => Object.keys(units)));
  const perHour = [...names].map((name) => [name, fitRuns(runs, ({ units }) => units[name] ?? 0)]);
  const cpu_ms = (of: string) =>
    fitRuns(runs, ({ processes }) =>
      sum(processes.filter(({ name }) => name === of).map(({ cpu_s }) => cpu_s * 1_000)),
    );
  return {
    perHour: Object.fromEntries(perHour),
    cpu_ms: cpu_ms("worker"),
    postgresCpu_ms: cpu_ms("postgres"),
    stored_bytes: storedBytes(runs),
    log_bytes: fitRuns(runs, ({ log_bytes = 0 }) => log_bytes),
  };
}

/**
 * By how much Postgres grows: when nobody does anything nothing is kept. What would look fixed in
 * short runs is that its files grow by whole pages.
 */
const storedBytes = (runs: readonly Run[]) =>
  forEachPerson(runs, ({ stored_bytes = 0 }) => stored_bytes);

/** How much of something an hour takes where all of it is people's. */
function forEachPerson(runs: readonly Run[], amount: (run: Run) => number): Line {
  return { at: 0, by: sum(runs.map(amount)) / sum(runs.map(userHours)) };
}

/**
 * How much of something an hour takes, as a line over people. Of one number of people alone nobody can
 * tell what is fixed: then all of it is for each person.
 */
function fitRuns(runs: readonly Run[], amount: (run: Run) => number): Line {
  const one = new Set(runs.map(({ users }) => users)).size === 1;
  if (one) return forEachPerson(runs, amount);
  const points = runs.map((run) => [peopleActing(run), amount(run) / sampledHours(run)] as const);
  // The variance of a count is about the count itself, and that grows with people: so what few of them
  // took says more of what is fixed than what many took.
  return fitLine(points, ([people]) => 1 / people);
}

/**
 * How many act on average over the time that is counted. It goes on after people have begun their last,
 * until all is answered: what they take has been begun by then, and what is fixed goes on.
 */
function peopleActing(run: Run): number {
  return userHours(run) / sampledHours(run);
}

/** The container's services over all runs of a module. */
export function containerUnits(measurement: Measurement, module: MeasuredModule): ContainerUnits {
  const runs = runsOf(measurement, module, "container");
  const names = [...new Set(runs.flatMap(({ processes }) => processes.map(({ name }) => name)))];
  return {
    services: names.map((name) => serviceUnits(name, runs)),
    bytes_outPerUserHour: forEachPerson(runs, bytesDown).by,
    stored_bytes: storedBytes(runs),
  };
}

function serviceUnits(name: string, runs: readonly Run[]): ServiceUnits {
  const seen = runs.flatMap((run) =>
    run.processes
      .filter((process) => process.name === name)
      .map(({ rss_bytes_mean, cpu_s }) => ({
        users: run.users,
        acting: peopleActing(run),
        memory_bytes: rss_bytes_mean,
        cpu: cpu_s / (sampledHours(run) * 3_600),
      })),
  );
  return {
    name,
    memory_bytes: fitLine(seen.map(({ users, memory_bytes }) => [users, memory_bytes])),
    cpu: fitLine(seen.map(({ acting, cpu }) => [acting, cpu])),
  };
}

type Point = readonly [x: number, y: number];

/**
 * The line nearest to some points, by weighted least squares, that neither begins nor falls below zero:
 * a service uses no less with more people.
 * @param weightOf how much a point counts: one over the variance of its `y`, up to a factor
 */
export function fitLine(
  points: readonly Point[],
  weightOf: (point: Point) => number = () => 1,
): Line {
  const weights = points.map(weightOf);
  const mean = (of: (point: Point) => number) =>
    sum(points.map((point, at) => (weights[at] ?? 0) * of(point))) / sum(weights);
  const [x_mean, y_mean] = [mean(([x]) => x), mean(([, y]) => y)];
  const spread = mean(([x]) => (x - x_mean) ** 2);
  const slope = spread === 0 ? 0 : mean(([x, y]) => (x - x_mean) * (y - y_mean)) / spread;
  if (slope <= 0) return { at: y_mean, by: 0 };
  const at = y_mean - slope * x_mean;
  if (at >= 0) return { at, by: slope };
  // Through the origin instead: nobody there cannot cost less than nothing.
  return { at: 0, by: mean(([x, y]) => x * y) / mean(([x]) => x * x) };
}

export function valueAt({ at, by }: Line, users: number): number {
  return at + by * users;
}

/** What an hour takes of something that the meter counts, under its name there. */
export function hourOf({ perHour }: EdgeUnits, name: string): Line {
  return perHour[name] ?? { at: 0, by: 0 };
}

/** Adds lines up. */
export function addLines(lines: readonly Line[]): Line {
  return { at: sum(lines.map(({ at }) => at)), by: sum(lines.map(({ by }) => by)) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
