import type { EventFigures } from "../../../db/queries/analytics-export.ts";
import type { RawEvent } from "../../../protocol/analytics/reports.ts";

/** A raw event as answers and exports show it. */
export function eventOf({ at_ms, corrected_ms, received_ms, ...row }: EventFigures): RawEvent {
  return {
    ...row,
    at: isoOf(at_ms),
    corrected: isoOf(corrected_ms),
    received: isoOf(received_ms),
    props: row.props === null ? null : { ...row.props },
  };
}

/** A moment in milliseconds since 1970 as ISO 8601. */
export function isoOf(time_ms: number): string {
  return dateOf(time_ms).toISOString();
}

const first_ms = Date.parse("0000-01-01T00:00:00.000Z");
const last_ms = Date.parse("9999-12-31T23:59:59.999Z");

/** A moment, or the nearest that a calendar has: what is kept may be of a clock that was none. */
export function dateOf(time_ms: number): Date {
  return new Date(Math.min(Math.max(time_ms, first_ms), last_ms));
}
