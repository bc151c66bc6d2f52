import type { Timer } from "./time.ts";

export interface HealthOptions {
  readonly timer: Timer;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Failures in a row after which Redis is given a rest. */
  readonly failures_max: number;
  /** The first rest; each further one is twice as long, up to the last. */
  readonly rest_ms: { readonly first: number; readonly last: number };
  /** For how long after a failure leases are not waited for. */
  readonly distrust_ms: number;
}

/** More would overflow nothing, but mean nothing either. */
const doublings_max = 30;

/** What one isolate knows of how Redis is doing. */
export interface Health {
  /**
   * Whether Redis may be asked now. While it rests, one caller after each rest may: the others go
   * on without until that one has succeeded.
   */
  admits(): boolean;
  /**
   * Whether a lease in Redis can be believed to have a holder. After a failure it may be the trace
   * of an answer that never came, or of one that was given up.
   */
  trusts(): boolean;
  succeeded(): void;
  failed(): void;
  /**
   * Something was given up that may have left a lease behind. It is no failure of Redis, as it was
   * not waited for.
   */
  abandoned(): void;
}

/**
 * A circuit breaker (M. Nygard, "Release It!", 2007) over failures in a row. Its memory is four
 * numbers; it is made once for each isolate.
 */
export function createHealth(options: HealthOptions): Health {
  const { timer, random, failures_max, rest_ms, distrust_ms } = options;
  let failures = 0;
  let rests = 0;
  let nextTry_ms = 0;
  let trustedFrom_ms = Number.NEGATIVE_INFINITY;

  /** Between half and all of the due rest, so that isolates do not come back together. */
  const rest = () => {
    const due_ms = Math.min(rest_ms.last, rest_ms.first * 2 ** rests);
    nextTry_ms = timer.now_ms() + due_ms * (0.5 + random() / 2);
    rests = Math.min(rests + 1, doublings_max);
  };
  const distrust = () => {
    trustedFrom_ms = timer.now_ms() + distrust_ms;
  };
  return {
    admits: () => {
      if (rests === 0) return true;
      if (timer.now_ms() < nextTry_ms) return false;
      // The next rest begins with the try, so that there is one try even if no word comes of it.
      rest();
      return true;
    },
    trusts: () => timer.now_ms() >= trustedFrom_ms,
    succeeded: () => {
      failures = 0;
      rests = 0;
    },
    failed: () => {
      distrust();
      failures = Math.min(failures + 1, failures_max);
      if (rests === 0 && failures === failures_max) rest();
    },
    abandoned: distrust,
  };
}
