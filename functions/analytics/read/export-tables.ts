import type {
  EventFigures,
  RevenueRow,
  SessionFigures,
} from "../../../db/queries/analytics-export.ts";
import type { LevelDayFigures } from "../../../db/queries/analytics-export-rollups.ts";
import type { DayFigures, RevenueFigures } from "../../../db/queries/analytics-metrics.ts";
import type { DeadEvent } from "./dead.ts";
import { dateOf, isoOf } from "./event-view.ts";
import type { ExportColumn } from "./parquet.ts";

/** The columns of a table, in the order of every form of export. */
type Columns<Row> = readonly ExportColumn<Row>[];

const text = <Row>(name: keyof Row & string): ExportColumn<Row> => ({
  name,
  type: "STRING",
  value: (row) => row[name],
});
const figure = <Row>(name: keyof Row & string): ExportColumn<Row> => ({
  name,
  type: "DOUBLE",
  value: (row) => row[name],
});
const flag = <Row>(name: keyof Row & string): ExportColumn<Row> => ({
  name,
  type: "BOOLEAN",
  value: (row) => row[name],
});
/** A moment: milliseconds in the row, a timestamp in the export. */
const moment = <Row>(name: string, ms: (row: Row) => number): ExportColumn<Row> => ({
  name,
  type: "TIMESTAMP",
  value: (row) => dateOf(ms(row)),
});

export const eventColumns: Columns<EventFigures> = [
  ...(["uuid", "kind", "name", "player", "session"] as const).map(text<EventFigures>),
  moment("at", ({ at_ms }) => at_ms),
  moment("corrected", ({ corrected_ms }) => corrected_ms),
  moment("received", ({ received_ms }) => received_ms),
  ...(["level", "status"] as const).map(text<EventFigures>),
  ...(["attempt", "score", "duration_ms"] as const).map(figure<EventFigures>),
  ...(["appVersion", "platform"] as const).map(text<EventFigures>),
  { name: "props", type: "JSON", value: ({ props }) => props },
];

export const sessionColumns: Columns<SessionFigures> = [
  ...(["id", "player"] as const).map(text<SessionFigures>),
  moment("started", ({ started_ms }) => started_ms),
  moment("last", ({ last_ms }) => last_ms),
  {
    name: "length_ms",
    type: "DOUBLE",
    value: ({ started_ms, last_ms }) => last_ms - started_ms,
  },
  ...(["open", "ended"] as const).map(flag<SessionFigures>),
];

export const revenueColumns: Columns<RevenueRow> = [
  ...(["uuid", "store", "transactionId", "type", "refundOf"] as const).map(text<RevenueRow>),
  ...(["player", "session", "product"] as const).map(text<RevenueRow>),
  figure("amount_minor"),
  text("currency"),
  flag("verified"),
  moment("at", ({ at_ms }) => at_ms),
  moment("received", ({ received_ms }) => received_ms),
];

export const dayColumns: Columns<DayFigures> = [
  text("day"),
  ...(["events", "errors", "players", "newPlayers", "sessions", "session_ms"] as const).map(
    figure<DayFigures>,
  ),
];

export const levelDayColumns: Columns<LevelDayFigures> = [
  ...(["day", "level"] as const).map(text<LevelDayFigures>),
  ...(["starts", "completes", "fails", "quits", "duration_ms", "timed"] as const).map(
    figure<LevelDayFigures>,
  ),
  ...(["score", "scored", "players", "passed", "winners", "winAttempts"] as const).map(
    figure<LevelDayFigures>,
  ),
];

export const revenueDayColumns: Columns<RevenueFigures> = [
  ...(["day", "currency"] as const).map(text<RevenueFigures>),
  ...(["purchases", "purchased_minor", "refunds", "refunded_minor"] as const).map(
    figure<RevenueFigures>,
  ),
  figure("verified_minor"),
];

/** Whatever an event holds is in `row`, by the short names that it is kept under. */
export const deadColumns: Columns<DeadEvent> = [
  moment("received", ({ at_ms }) => at_ms),
  text("reason"),
  figure("shard"),
  ...Object.entries({ u: "uuid", k: "kind", p: "player" }).map(
    ([short, name]): ExportColumn<DeadEvent> => ({
      name,
      type: "STRING",
      value: ({ row }) => row[short] ?? null,
    }),
  ),
  { name: "row", type: "JSON", value: ({ row }) => row },
];

/** A value as text formats have it: moments as ISO 8601. */
export function plain(value: unknown): unknown {
  return value instanceof Date ? isoOf(value.getTime()) : value;
}
