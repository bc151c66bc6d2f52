import type { Runtime } from "./runtime.ts";

/**
 * Uniform numbers in [0, 1) that a seed repeats exactly (mulberry32, by T. Ettinger).
 * @param seed any integer; a failing test prints the one that replays it
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A world without I/O whose time stands still until a test moves it. */
export class TestRuntime implements Runtime {
  time_ms = 1_000_000;
  readonly #due: { readonly at_ms: number; act: (() => void) | null }[] = [];

  now_ms(): number {
    return this.time_ms;
  }

  after(delay_ms: number, act: () => void): () => void {
    const due = { at_ms: this.time_ms + delay_ms, act: act as (() => void) | null };
    this.#due.push(due);
    return () => {
      due.act = null;
    };
  }

  random(): number {
    return 0.5;
  }

  /** Lets so much time pass, and everything happen that is due meanwhile, in order. */
  pass(for_ms: number): void {
    const until_ms = this.time_ms + for_ms;
    for (;;) {
      const due = this.#due
        .filter(({ act, at_ms }) => act !== null && at_ms <= until_ms)
        .reduce<{ readonly at_ms: number; act: (() => void) | null } | undefined>(
          (first, one) => (first === undefined || one.at_ms < first.at_ms ? one : first),
          undefined,
        );
      if (due === undefined) break;
      this.time_ms = Math.max(this.time_ms, due.at_ms);
      const { act } = due;
      due.act = null;
      act?.();
    }
    this.time_ms = until_ms;
  }
}
