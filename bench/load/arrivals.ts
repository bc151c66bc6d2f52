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
   * @returns what takes it off again
   */
  after(wait_ms: number, work: (due_ms: number) => void): () => void {
    if (this.#closed) return () => {};
    // A timer cuts off fractions, and nothing may begin before it is due.
    const whole_ms = Math.ceil(wait_ms);
    const due_ms = performance.now() + whole_ms;
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

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
