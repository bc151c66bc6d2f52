/** What bounds one batch and one event; clients and the server hold to the same. */
export const batchLimits = {
  events_max: 500,
  /** Of the JSON text, whether it comes plain or is what gzip unpacks to. */
  body_bytes_max: 1024 * 1024,
  /** Of one event as it is kept, in bytes of JSON. */
  event_bytes_max: 32 * 1024,
  /**
   * Of all events of a batch as they are kept: a row of the platform's SQLite holds 2 MB. They may take
   * more than they came as, for numbers are written out.
   */
  rows_bytes_max: 1_900_000,
  /** Deepest nesting of a batch. */
  depth_max: 16,
} as const;

const day_ms = 86_400_000;

/** How far an event's own moment may lie from the server's clock; beyond that it is dropped. */
export const clockLimits = {
  past_ms_max: 30 * day_ms,
  future_ms_max: day_ms,
  /** Revenue is kept for good, so that it may come late: but no clock is ten years slow. */
  revenuePast_ms_max: 3_650 * day_ms,
  /** A session's events lie at most this long behind the moment in its id. */
  session_ms_max: day_ms,
} as const;

/** A session ends this long after its last sign of life. */
export const sessionSilence_ms = 180_000;
