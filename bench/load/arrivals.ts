import type { Random } from "../../platform/testing/random.ts";

/**
 * How long until the next event of a Poisson process, in the unit of the mean.
 * @param mean how far apart its events are on average
 */
export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random.next()) * mean;
}

/**
 * What people have in mind to do, each thing at its moment. Closed, it forgets all of it and takes
 * nothing more: what is under way goes on, but nobody begins anything.
 */
export class Agenda {
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #closed = false;

  /**
   * @param work is told the moment at which it was due, by `performance.now()`; it runs at that moment
   *   or later, as busy as this process is
   * @param from_ms where the wait begins
   * @returns what takes it off again
   */
  after(
    wait_ms: number,
    work: (due_ms: number) => void,
    from_ms: number = performance.now(),
  ): () => void {
    if (this.#closed) return () => {};
    const due_ms = from_ms + wait_ms;
    // A timer cuts off fractions, and nothing may begin before it is due.
    const whole_ms = Math.max(0, Math.ceil(due_ms - performance.now()));
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work(due_ms);
    }, whole_ms);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  /**
   * What comes again and again. Each wait begins where the last one was due, not where it ran: else a
   * stall of this process would put off all arrivals after it.
   * @param wait_ms asked anew for each of them
   */
  repeat(
    wait_ms: () => number,
    work: (due_ms: number) => void,
    first_ms: number = wait_ms(),
  ): void {
    const again = (due_ms: number) => {
      this.after(wait_ms(), again, due_ms);
      work(due_ms);
    };
    this.after(first_ms, again);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
