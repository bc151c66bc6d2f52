import type { AnalyticsEventInput } from "../../protocol/analytics/event.ts";
import type { EventRow } from "../../protocol/analytics/row.ts";

/** The event that a client sends for a row to come of it. */
export function eventOf(row: EventRow): AnalyticsEventInput {
  const { u: uuid, p: player, s: session, o: props } = row;
  const common = {
    uuid,
    player,
    ...(session === undefined ? {} : { session }),
    ...(props === undefined || row.k === "error" ? {} : { props }),
  };
  switch (row.k) {
    case "level":
      return {
        ...common,
        kind: "level",
        level: row.l ?? "",
        status: row.ls as "start",
        ...(row.la === undefined ? {} : { attempt: row.la }),
        ...(row.lc === undefined ? {} : { score: row.lc }),
        ...(row.ld === undefined ? {} : { duration_ms: row.ld }),
      };
    case "session_start":
    case "heartbeat":
    case "session_end":
      return { ...common, kind: row.k, session: session ?? "" };
    case "error":
      return { ...common, kind: "error", name: row.n ?? "error", message: "It broke" };
    case "revenue":
      return {
        ...common,
        kind: "revenue",
        store: row.rs ?? "",
        transactionId: row.rt ?? "",
        type: row.ry as "purchase",
        amount_minor: row.ra ?? 1,
        currency: row.rc ?? "",
      };
    default:
      return { ...common, kind: "event", name: row.n ?? "" };
  }
}
