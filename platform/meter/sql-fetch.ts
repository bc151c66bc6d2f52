import type { Meter } from "./meter.ts";

/** From here on a query is slow, as in the document whose service this one replaces. */
export const slowQuery_ms = 200;

/**
 * A `fetch` for the database's driver that counts round trips. A batch is one; a query that fails
 * or never ends is one as well, for it kept the database awake all the same.
 */
export function meterSqlFetch(
  meter: Meter,
  now_ms: () => number,
): (...request: Parameters<typeof fetch>) => Promise<Response> {
  return async (...request) => {
    meter.countHere("sql_round_trips");
    const started_ms = now_ms();
    try {
      return await fetch(...request);
    } finally {
      if (now_ms() - started_ms >= slowQuery_ms) meter.countHere("sql_slow");
    }
  };
}
