/** Something that may hold the one session; compared by identity. */
export type Holder = object;

/**
 * `kept`: nobody else had the session since this holder last did. `taken_over`: somebody had, so
 * what they left behind must be swept away first. `given_up`: the holder stopped waiting.
 */
export type Grant = "kept" | "taken_over" | "given_up";

/**
 * Who may use the one session of an embedded Postgres. First come, first served. A holder keeps it
 * while its transaction is open; between transactions it goes to whoever waits longest.
 */
export class SessionLease {
  #holder: Holder | undefined;
  #last: Holder | undefined;
  readonly #waiting: { readonly holder: Holder; readonly wake: () => void }[] = [];

  get idle(): boolean {
    return this.#holder === undefined;
  }

  holds(holder: Holder): boolean {
    return this.#holder === holder;
  }

  async acquire(holder: Holder): Promise<Grant> {
    if (this.#holder === undefined) this.#holder = holder;
    else if (this.#holder !== holder)
      await new Promise<void>((wake) => this.#waiting.push({ holder, wake }));
    if (this.#holder !== holder) return "given_up";
    const grant = this.#last === holder ? "kept" : "taken_over";
    this.#last = holder;
    return grant;
  }

  /** Gives the session on, if `holder` has it, or gives up its wait for it. */
  release(holder: Holder): void {
    if (this.#holder === holder) {
      const next = this.#waiting.shift();
      this.#holder = next?.holder;
      next?.wake();
      return;
    }
    const place = this.#waiting.findIndex((waiter) => waiter.holder === holder);
    if (place >= 0) this.#waiting.splice(place, 1)[0]?.wake();
  }
}
