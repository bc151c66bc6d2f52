/** The clock and its alarms, given from outside so that tests can run them. */
export interface Timer {
  /** Milliseconds since 1970. In a deployed Worker it advances only after I/O, alarms included. */
  readonly now_ms: () => number;
  /**
   * Calls once after a delay.
   * @returns what cancels it
   */
  readonly schedule: (run: () => void, delay_ms: number) => () => void;
}

export const systemTimer: Timer = {
  now_ms: Date.now,
  schedule: (run, delay_ms) => {
    const id = setTimeout(run, delay_ms);
    return () => clearTimeout(id);
  },
};

export const late: unique symbol = Symbol("late");

/**
 * What the promise gives, or `late` when it takes longer. A late promise goes on by itself; what
 * becomes of it is nobody's concern any more.
 * @throws what the promise throws in time
 */
export function within<T>(
  timer: Timer,
  promise: Promise<T>,
  wait_ms: number,
): Promise<T | typeof late> {
  return new Promise((resolve, reject) => {
    const cancel = timer.schedule(() => resolve(late), wait_ms);
    promise.finally(cancel).then(resolve, reject);
  });
}

export function pause(timer: Timer, pause_ms: number): Promise<void> {
  return new Promise((resolve) => {
    timer.schedule(resolve, pause_ms);
  });
}

/** How much longer one read may wait for Redis. Asking takes from it. */
export interface Budget {
  left_ms: number;
}

/** The value of a promise, if it comes within what is left of the budget. */
export async function withinBudget<T>(
  timer: Timer,
  promise: Promise<T>,
  budget: Budget,
): Promise<T | typeof late> {
  const began_ms = timer.now_ms();
  const value = await within(timer, promise, Math.max(0, budget.left_ms));
  const spent_ms = Math.max(0, timer.now_ms() - began_ms);
  budget.left_ms = value === late ? 0 : budget.left_ms - spent_ms;
  return value;
}
