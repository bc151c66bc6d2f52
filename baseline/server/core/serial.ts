/** Works that may wait in one line. */
const waiting_max = 1_000;

/**
 * Works one after another for each key, as the documents' message queue does for each room: what one
 * message reads and writes, no other message of the room comes between.
 */
export class SerialQueues {
  readonly #lines = new Map<string, { last: Promise<void>; waiting: number }>();

  /**
   * @returns when this work is done
   * @throws what the work throws, and Error when too many wait already
   */
  async run(key: string, work: () => Promise<void>): Promise<void> {
    const line = this.#lines.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (line.waiting >= waiting_max) throw new Error("too many wait in this line");
    this.#lines.set(key, line);
    line.waiting += 1;
    const done = line.last.then(work);
    line.last = done.catch(() => {});
    try {
      await done;
    } finally {
      line.waiting -= 1;
      if (line.waiting === 0) this.#lines.delete(key);
    }
  }

  get size(): number {
    return this.#lines.size;
  }
}
