/**
 * What an object is taken to be up for at least, each time that it is: its clock stands still while a
 * script runs, and what it writes is confirmed afterwards. The vendor's worked example handles a
 * message in as long.
 */
export const awake_ms_min = 5;

/**
 * How long an object is up as the vendor bills it: while it handles events, and while something pends
 * that keeps it from hibernating, a timer or a request of its own. What is idle and could hibernate is
 * not billed, even before it has. Overlapping reasons count once.
 */
export class AwakeTime {
  readonly #add: (length_ms: number) => void;
  #holds = 0;
  #since_ms = 0;

  /** @param add told of each stretch as it ends */
  constructor(add: (length_ms: number) => void) {
    this.#add = add;
  }

  /** The same work, which is a reason to be up until it has ended. */
  during<T>(work: Promise<T>, now_ms: () => number): Promise<T> {
    this.hold(now_ms());
    return work.finally(() => this.release(now_ms()));
  }

  /** A reason to be up begins. */
  hold(now_ms: number): void {
    if (this.#holds === 0) this.#since_ms = now_ms;
    this.#holds += 1;
  }

  /** It ends; each that begins has one end. */
  release(now_ms: number): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#add(Math.max(awake_ms_min, now_ms - this.#since_ms));
  }
}
