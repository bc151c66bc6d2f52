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

export function isoOf(time_ms: number): string {
  return new Date(time_ms).toISOString();
}
