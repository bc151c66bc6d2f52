/** Tells on standard error what is being done, how far all of it is, and about how long it takes yet. */
export class Progress {
  readonly #total: number;
  readonly #begun_ms = performance.now();
  #done = 0;

  constructor(total: number) {
    this.#total = total;
  }

  say(what: string): void {
    process.stderr.write(`[${this.#done}/${this.#total}] ${what}${this.#left()}\n`);
  }

  next(): void {
    this.#done += 1;
  }

  /** By how long those before took; at the beginning nobody knows. */
  #left(): string {
    if (this.#done === 0) return "";
    const each_ms = (performance.now() - this.#begun_ms) / this.#done;
    const minutes = Math.ceil(((this.#total - this.#done) * each_ms) / 60_000);
    return `, about ${minutes} min left`;
  }
}
