import type { Basis } from "./compare.ts";
import type { MeasuredModule } from "./measured.ts";
import { type EdgeUnits, hourOf, type Line } from "./units.ts";

/**
 * Units of the edge that end on a bill, with what one of them is. All but the last four are the
 * meter's; those were counted from outside.
 */
export const billedUnits = {
  worker_requests: "requests to the Worker",
  socket_messages_in: "socket messages in",
  room_requests: "room requests",
  room_awake_ms: "milliseconds of rooms awake",
  rows_read: "room rows read",
  rows_written: "room rows written",
  redis_commands: "Redis commands",
  sql_round_trips: "queries to Postgres",
  queue_operations: "queue operations",
  object_writes: "files written",
  object_reads: "files read",
  cpu_ms: "milliseconds of Worker CPU",
  postgresCpu_ms: "milliseconds of Postgres CPU",
  stored_bytes: "bytes kept in Postgres",
  log_bytes: "bytes of logs",
} as const;
export type BilledUnit = keyof typeof billedUnits;
export const billedUnitNames = Object.keys(billedUnits) as readonly BilledUnit[];

const outside = ["cpu_ms", "postgresCpu_ms", "stored_bytes", "log_bytes"] as const;
const isOutside = (unit: BilledUnit): unit is (typeof outside)[number] =>
  outside.some((name) => name === unit);

/** How much of a unit an hour takes: while anybody is there, and for each person. */
export function unitIn(units: EdgeUnits, unit: BilledUnit): Line {
  return isOutside(unit) ? units[unit] : hourOf(units, unit);
}

/** The same with another amount of one unit in one module. */
export function withUnit(
  basis: Basis,
  module: MeasuredModule,
  unit: BilledUnit,
  amount: Line,
): Basis {
  const old = basis.edge[module];
  if (old === undefined) return basis;
  const changed = isOutside(unit)
    ? { ...old, [unit]: amount }
    : { ...old, perHour: { ...old.perHour, [unit]: amount } };
  return { ...basis, edge: { ...basis.edge, [module]: changed } };
}
