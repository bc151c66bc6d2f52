import type { ContainerUsage, ServiceUsage } from "./container.ts";
import type { EdgeUsage } from "./edge.ts";
import { hoursWithAnybodyOfDay, type Scenario, userHoursOfDay } from "./scenario.ts";
import type { NeonSheet } from "./sheets/neon.ts";
import {
  addLines,
  type ContainerUnits,
  type EdgeUnits,
  hourOf,
  type Line,
  valueAt,
} from "./units.ts";

const days = 30;
const gb = 1e9;
const hour_ms = 3_600_000;

/** Data that lie there, the same on both sides. */
export interface StoredData {
  readonly redis_gb: number;
  /** What lies in Postgres whatever happens. */
  readonly postgres_gb: number;
  /** For so long what people add to it is kept: the bill is of a month after that. */
  readonly kept_months: number;
}

/** Nobody reckons further ahead. */
export const kept_months_max = 120;

/**
 * A megabyte in Redis and a hundred in Postgres: a small service's. Three months are what a game keeps
 * its raw events for unless it says otherwise.
 */
export const usualData: StoredData = { redis_gb: 0.001, postgres_gb: 0.1, kept_months: 3 };

/**
 * What a scenario uses in a month at the edge. Units of several modules add up, what is fixed of each
 * too: a meter writes down a number for each thing that is done, whoever shares its isolate.
 */
export function edgeMonth(
  scenario: Scenario,
  units: readonly EdgeUnits[],
  neon: NeonSheet,
  data: StoredData,
): EdgeUsage {
  const hoursWithAnybody = hoursWithAnybodyOfDay(scenario) * days;
  const lineOf = (name: string) => addLines(units.map((unit) => hourOf(unit, name)));
  const total = (line: Line) => inMonth(scenario, line);
  const of = (name: string) => total(lineOf(name));
  const fixed = (name: string) => hoursWithAnybody * lineOf(name).at;
  const cpu_ms = addLines(units.map((unit) => unit.cpu_ms));
  const log_bytes = addLines(units.map((unit) => unit.log_bytes));
  return {
    fixed: {
      workerRequests: fixed("worker_requests"),
      workerCpu_ms: hoursWithAnybody * cpu_ms.at,
      roomRequests: fixed("room_requests"),
      socketMessagesIn: fixed("socket_messages_in"),
      roomAwake_s: fixed("room_awake_ms") / 1_000,
      rowsRead: fixed("rows_read"),
      rowsWritten: fixed("rows_written"),
      queueOperations: fixed("queue_operations"),
      fileWrites: fixed("object_writes"),
      fileReads: fixed("object_reads"),
      redisCommands: fixed("redis_commands"),
    },
    redisCommandsOfMeter: of("redis_commands_meter"),
    workerRequests: of("worker_requests"),
    workerCpu_ms: total(cpu_ms),
    roomRequests: of("room_requests"),
    socketMessagesIn: of("socket_messages_in"),
    roomAwake_s: of("room_awake_ms") / 1_000,
    rowsRead: of("rows_read"),
    rowsWritten: of("rows_written"),
    roomStorage_gb: 0,
    queueOperations: of("queue_operations"),
    fileWrites: of("object_writes"),
    fileReads: of("object_reads"),
    filesStorage_gb: 0,
    logs_gb: total(log_bytes) / gb,
    redisCommands: of("redis_commands"),
    redisStorage_gb: data.redis_gb,
    // 200 GB are included: 40 KB for each of the five million commands from which on a plan is cheaper.
    redisBandwidth_gb: 0,
    postgresCompute_cu_h: postgresCompute_cu_h(scenario, units, neon),
    postgresStorage_gb: postgresStored_gb(scenario, units, data),
    postgresEgress_gb: 0,
  };
}

/** What a month takes of what an hour takes. */
function inMonth(scenario: Scenario, { at, by }: Line): number {
  return days * (hoursWithAnybodyOfDay(scenario) * at + userHoursOfDay(scenario) * by);
}

/** What lies in Postgres once as much of what people add is kept as ever will be; on either side. */
function postgresStored_gb(
  scenario: Scenario,
  units: readonly { readonly stored_bytes: Line }[],
  { postgres_gb, kept_months }: StoredData,
): number {
  const month_bytes = inMonth(scenario, addLines(units.map(({ stored_bytes }) => stored_bytes)));
  return postgres_gb + (month_bytes * kept_months) / gb;
}

/**
 * Computer-hours of Postgres in a month: while it is awake it runs on the smallest computer there is,
 * or on as much as its queries keep busy, whichever is more.
 */
function postgresCompute_cu_h(
  { day, users }: Scenario,
  units: readonly EdgeUnits[],
  { suspendAfter_s, compute_cu_min }: NeonSheet,
): number {
  const queries = addLines(units.map((unit) => hourOf(unit, "sql_round_trips")));
  const cpu_ms = addLines(units.map(({ postgresCpu_ms }) => postgresCpu_ms));
  const wait_h = suspendAfter_s / 3_600;
  const hours = day.map((share, hour) => {
    // Of the whole day, so that the hour before midnight stands before the first.
    const before = day.at(hour - 1) ?? 0;
    const awake = awakeShare(
      inHourOf(queries, before * users),
      inHourOf(queries, share * users),
      wait_h,
    );
    return Math.max(awake * compute_cu_min, inHourOf(cpu_ms, share * users) / hour_ms);
  });
  return hours.reduce((sum, each) => sum + each, 0) * days;
}

/** What an hour with so many people takes; less than one person is there for that part of it. */
function inHourOf({ at, by }: Line, people: number): number {
  return at * Math.min(1, people) + by * people;
}

/**
 * What share of an hour Postgres is awake: after each query for as long as it waits for the next.
 * Queries that come by chance, `rate` an hour, find it asleep with the probability that none came for
 * that long, `exp(-rate * wait)` (the gaps of a Poisson process). In the first `wait` of the hour the
 * last queries of the hour before still count; the exponent goes evenly from theirs to this hour's, and
 * the mean of `exp` between two exponents is their difference quotient. Queries that come in clusters
 * leave longer gaps, so this is the most it can be.
 */
function awakeShare(before_perHour: number, rate_perHour: number, wait_h: number): number {
  const [from, to] = [before_perHour * wait_h, rate_perHour * wait_h];
  const asleep = Math.exp(-to);
  const asleepAtFirst =
    Math.abs(to - from) < 1e-9 ? asleep : (Math.exp(-from) - asleep) / (to - from);
  return 1 - (wait_h * asleepAtFirst + (1 - wait_h) * asleep);
}

/**
 * What a scenario uses in a month in containers. The process stays up at night, with what it holds
 * when nobody is there. Modules share one process, so what each takes with nobody there counts once,
 * as that of the largest.
 */
export function containerMonth(
  scenario: Scenario,
  units: readonly ContainerUnits[],
  data: StoredData,
): ContainerUsage {
  const names = [...new Set(units.flatMap(({ services }) => services.map(({ name }) => name)))];
  const bytes_out = units.reduce((sum, unit) => sum + unit.bytes_outPerUserHour, 0);
  return {
    services: names.map((name) => serviceMonth(name, scenario, units, data)),
    egress_gb: (userHoursOfDay(scenario) * days * bytes_out) / gb,
  };
}

function serviceMonth(
  name: string,
  scenario: Scenario,
  units: readonly ContainerUnits[],
  data: StoredData,
): ServiceUsage {
  const { day, users } = scenario;
  const own = units.flatMap(({ services }) => services.filter((service) => service.name === name));
  const average = (key: "memory_bytes" | "cpu") => {
    const idle = Math.max(...own.map((service) => service[key].at));
    const with_ = (people: number) =>
      idle + own.reduce((sum, service) => sum + valueAt({ ...service[key], at: 0 }, people), 0);
    return day.reduce((sum, share) => sum + with_(share * users), 0) / day.length;
  };
  return {
    name,
    memory_gb: average("memory_bytes") / gb,
    cpu: average("cpu"),
    volume_gb: name === "postgres" ? postgresStored_gb(scenario, units, data) : 0,
  };
}
