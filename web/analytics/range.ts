const day_ms = 86_400_000;

/** How many days back reports look. */
export const spans = [7, 30, 90] as const;
export type Span = (typeof spans)[number];

/** The last days up to today, both included, in UTC. */
export function lastDays(span: number, now_ms: number): { from: string; to: string } {
  return { from: dateOf(now_ms - (span - 1) * day_ms), to: dateOf(now_ms) };
}

export function dateOf(time_ms: number): string {
  return new Date(time_ms).toISOString().slice(0, 10);
}

/** The date so many days before another. */
export function daysBefore(date: string, days: number): string {
  return dateOf(Date.parse(date) - days * day_ms);
}
