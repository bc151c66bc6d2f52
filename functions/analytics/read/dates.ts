import { daysOf, reportDays_max } from "../../../protocol/analytics/reports.ts";
import { ProblemError } from "../../problem.ts";

const day_ms = 86_400_000;

interface Range {
  readonly from: string;
  readonly to: string;
}

/** Every day of a range as `YYYY-MM-DD`. */
export function datesOf(range: Range): readonly string[] {
  const from_ms = Date.parse(range.from);
  return Array.from({ length: daysOf(range) }, (_, at) => dateOf(from_ms + at * day_ms));
}

/** The UTC day of a moment. */
export function dateOf(time_ms: number): string {
  return new Date(time_ms).toISOString().slice(0, 10);
}

/**
 * Refuses a range that ends before it begins, or that is too long.
 * @throws ProblemError `bad_request`
 */
export function checkRange(range: Range, days_max: number = reportDays_max): void {
  const days = daysOf(range);
  if (days >= 1 && days <= days_max) return;
  const message =
    days < 1 ? "is before the range begins" : `is more than ${days_max} days from its beginning`;
  throw new ProblemError("bad_request", { issues: [{ path: "to", message }] });
}
