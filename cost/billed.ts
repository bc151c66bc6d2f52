import type { Basis } from "./compare.ts";
import type { MeasuredModule } from "./measured.ts";
import { type EdgeUnits, hourOf, type Line } from "./units.ts";

/**
 * Units of the edge that end on a bill, with what one of them is. All but the last two are the
 * meter's; those are CPU as the operating system counted it.
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
} as const;
export type BilledUnit = keyof typeof billedUnits;
export const billedUnitNames = Object.keys(billedUnits) as readonly BilledUnit[];

/** How much of a unit an hour takes: while anybody is there, and for each person. */
export function unitIn(units: EdgeUnits, unit: BilledUnit): Line {
  if (unit === "cpu_ms" || unit === "postgresCpu_ms") return units[unit];
  return hourOf(units, unit);
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
  const changed =
    unit === "cpu_ms" || unit === "postgresCpu_ms"
      ? { ...old, [unit]: amount }
      : { ...old, perHour: { ...old.perHour, [unit]: amount } };
  return { ...basis, edge: { ...basis.edge, [module]: changed } };
}
