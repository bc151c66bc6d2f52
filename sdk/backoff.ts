const first_ms = 1_000;
const longest_ms = 300_000;
/** However long a server asks to be left alone, somebody looks again within the hour. */
const retryAfter_ms_max = 3_600_000;

/**
 * How long to wait before the next attempt: exponential with full jitter (AWS Architecture Blog,
 * "Exponential Backoff And Jitter"), and never less than the server asked for.
 * @param failures in a row, from 1
 * @param random from 0 to 1
 */
export function backoff_ms(failures: number, random: number, retryAfter_ms = 0): number {
  const ceiling_ms = Math.min(longest_ms, first_ms * 2 ** Math.min(failures, 16));
  return Math.min(retryAfter_ms, retryAfter_ms_max) + Math.ceil(random * ceiling_ms);
}

/** Reads a `Retry-After` of either form, seconds or a date; 0 for none that can be read. */
export function retryAfterOf(header: string | null, now_ms: number): number {
  const seconds = Number(header);
  const wait_ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header ?? "") - now_ms;
  return Math.max(wait_ms || 0, 0);
}
