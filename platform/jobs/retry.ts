/** Beyond this a delay no longer doubles: a queue must be able to hold it. */
const delay_ms_max = 6 * 60 * 60 * 1000;
/** Jitter is up to this part of the delay. */
const jitter = 0.25;

/**
 * How long to wait before the next attempt: the base times 2^n after n earlier failures, and up to
 * a quarter more, so that jobs that failed together do not come back together. With the default
 * base these are about 1, 2 and 4 minutes.
 * @param failures attempts that have failed, at least 1
 * @param random uniform in [0, 1)
 * @returns milliseconds
 */
export function retryDelay_ms(failures: number, random: number, base_ms: number): number {
  const doubled_ms = base_ms * 2 ** Math.min(Math.max(failures, 1) - 1, 50);
  return Math.round(Math.min(doubled_ms * (1 + jitter * random), delay_ms_max));
}
