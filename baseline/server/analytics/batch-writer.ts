const MAX_BATCH_SIZE = 100;
const MAX_BATCH_DELAY_MS = 5_000;
const MAX_BUFFER_SIZE = 1_000;

/** Writes so many rows with one statement; it must bear to be given a row twice. */
export type WriteRows<Row> = (rows: readonly Row[]) => Promise<void>;

/**
 * The documents' batch writer: rows wait in memory until there are a hundred, or for five seconds.
 * Beyond a thousand it drops what comes; what it drops, or holds when the process is killed, is lost.
 */
export class BatchWriter<Row> {
  readonly #name: string;
  readonly #write: WriteRows<Row>;
  readonly #warn: (message: string) => void;
  #buffer: Row[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #isShuttingDown = false;
  #enqueued = 0;
  #flushed = 0;
  #dropped = 0;
  #batches = 0;
  #failures = 0;

  constructor(name: string, write: WriteRows<Row>, warn: (message: string) => void) {
    this.#name = name;
    this.#write = write;
    this.#warn = warn;
  }

  enqueue(row: Row): void {
    if (this.#isShuttingDown || this.#buffer.length >= MAX_BUFFER_SIZE) {
      this.#drop(1);
      return;
    }
    this.#buffer.push(row);
    this.#enqueued += 1;
    this.#timer ??= setTimeout(() => this.#begin(), MAX_BATCH_DELAY_MS);
    if (this.#buffer.length === MAX_BATCH_SIZE) setImmediate(() => this.#begin());
  }

  getMetrics() {
    return {
      bufferSize: this.#buffer.length,
      totalEnqueued: this.#enqueued,
      totalFlushed: this.#flushed,
      totalDropped: this.#dropped,
      batches: this.#batches,
      failures: this.#failures,
    };
  }

  /** Takes nothing any more, and writes what waits. */
  async shutdown(): Promise<void> {
    this.#isShuttingDown = true;
    this.#begin();
    await this.#flushing;
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
      // What a failed batch, or a slow one, has left.
      if (this.#buffer.length > 0 && !this.#isShuttingDown)
        this.#timer ??= setTimeout(() => this.#begin(), MAX_BATCH_DELAY_MS);
    });
  }

  /** Batch after batch, until nothing waits or one fails. */
  async #flush(): Promise<void> {
    while (this.#buffer.length > 0) {
      const batch = this.#buffer.splice(0, MAX_BATCH_SIZE);
      this.#batches += 1;
      try {
        await this.#write(batch);
        this.#flushed += batch.length;
      } catch (error) {
        this.#failures += 1;
        this.#warn(`${this.#name}: a batch failed: ${String(error)}`);
        this.#giveBack(batch);
        return;
      }
    }
  }

  /** Tries a failed batch again with the next, as far as there is room for it. */
  #giveBack(batch: readonly Row[]): void {
    const all = [...batch, ...this.#buffer];
    this.#buffer = all.slice(0, MAX_BUFFER_SIZE);
    this.#drop(all.length - this.#buffer.length);
  }

  #drop(count: number): void {
    if (count === 0) return;
    // One line for each thousand: a log must not become the next thing that fills the memory.
    if (this.#dropped % MAX_BUFFER_SIZE === 0)
      this.#warn(`${this.#name} buffer full (${MAX_BUFFER_SIZE}), dropping`);
    this.#dropped += count;
  }
}
