/** The server's limits, and the client's own. */
export const limits = {
  /** Events in one request. */
  batch_events_max: 500,
  /** Bytes of one request before compression; the server takes a little more. */
  batch_bytes_max: 1_000_000,
  /** Bytes of one event as JSON. */
  event_bytes_max: 32_000,
  /** What browsers send of a page that is going away is 64 KiB altogether. */
  exit_bytes_max: 60_000,
  /** Events that wait to be sent; what comes on top is refused, and counted. */
  queue_events_max: 10_000,
  /** Events set aside because the server refuses each of them by itself. */
  aside_max: 1_000,
  /** As long as players' phones wait elsewhere: a request costs the same however much is in it. */
  flush_ms: 30_000,
  heartbeat_ms: 60_000,
  /** After so long without a sign of life the server has closed the session. */
  silence_ms_max: 180_000,
  /** Nor does it take events of one that lies behind by more than a day. */
  session_ms_max: 72_000_000,
} as const;
