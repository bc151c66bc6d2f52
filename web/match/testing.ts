import type { Runtime } from "./runtime.ts";

/** Time that stands still until a test moves it. */
export class TestRuntime implements Runtime {
  time_ms = 1_000_000;
  #due: { readonly at_ms: number; readonly act: () => void }[] = [];

  now_ms(): number {
    return this.time_ms;
  }

  after(delay_ms: number, act: () => void): () => void {
    const due = { at_ms: this.time_ms + delay_ms, act };
    this.#due.push(due);
    return () => {
      this.#due = this.#due.filter((one) => one !== due);
    };
  }

  /** Lets so much time pass, and everything happen that is due meanwhile, in order. */
  pass(for_ms: number): void {
    const until_ms = this.time_ms + for_ms;
    for (;;) {
      const due = this.#due
        .toSorted((a, b) => a.at_ms - b.at_ms)
        .find(({ at_ms }) => at_ms <= until_ms);
      if (due === undefined) break;
      this.#due = this.#due.filter((one) => one !== due);
      this.time_ms = Math.max(this.time_ms, due.at_ms);
      due.act();
    }
    this.time_ms = until_ms;
  }
}
