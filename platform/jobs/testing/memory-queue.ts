import type { JobMessage, JobQueue } from "../queue.ts";

interface Held {
  readonly body: unknown;
  readonly at_ms: number;
}

/**
 * A queue in memory, with a clock of the test's own: what is taken is gone until it is asked for
 * again, and what is neither settled nor asked for comes again when `redeliver` is called.
 */
export class MemoryJobQueue implements JobQueue {
  /** Set to have every send fail. */
  down = false;
  /** Ids in the order they were sent. */
  readonly sent: string[] = [];
  readonly #now_ms: () => number;
  #held: Held[] = [];
  readonly #taken = new Set<Held>();

  constructor(now_ms: () => number) {
    this.#now_ms = now_ms;
  }

  async send(id: string, delay_s: number): Promise<void> {
    if (this.down) throw new Error("the queue is down");
    this.sent.push(id);
    this.put(id, delay_s);
  }

  async sendMany(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.send(id, 0);
  }

  /** Puts any message in, as a stranger with the binding could. */
  put(body: unknown, delay_s = 0): void {
    this.#held.push({ body, at_ms: this.#now_ms() + delay_s * 1000 });
  }

  /** When the next message is due, or undefined when none is held. */
  get next_ms(): number | undefined {
    return this.#held.length === 0
      ? undefined
      : Math.min(...this.#held.map((message) => message.at_ms));
  }

  /** Takes up to `count` messages that are due. */
  take(count: number): { readonly messages: readonly JobMessage[] } {
    const due = this.#held.filter((message) => message.at_ms <= this.#now_ms()).slice(0, count);
    this.#held = this.#held.filter((message) => !due.includes(message));
    for (const message of due) this.#taken.add(message);
    return { messages: due.map((message) => this.#delivered(message)) };
  }

  /** What a queue does when a consumer died: everything unsettled is due again. */
  redeliver(): void {
    for (const { body } of this.#taken) this.put(body);
    this.#taken.clear();
  }

  /** Forgets all that it holds, as a queue should not. */
  lose(): void {
    this.#held = [];
  }

  #delivered(message: Held): JobMessage {
    return {
      body: message.body,
      ack: () => this.#taken.delete(message),
      retry: ({ delaySeconds }) => {
        if (this.#taken.delete(message)) this.put(message.body, delaySeconds);
      },
    };
  }
}
