import type { Timer } from "../time.ts";

interface Alarm {
  readonly at_ms: number;
  readonly run: () => void;
}

/** Turns of the microtask queue after which nothing can happen any more without an alarm. */
const turns = 100;

/** A clock for tests that goes only when told, and then from alarm to alarm. */
export class VirtualTime implements Timer {
  #now_ms: number;
  readonly #alarms = new Set<Alarm>();

  constructor(start_ms = 1_760_000_000_000) {
    this.#now_ms = start_ms;
  }

  readonly now_ms = (): number => this.#now_ms;

  readonly schedule = (run: () => void, delay_ms: number): (() => void) => {
    const alarm = { at_ms: this.#now_ms + Math.max(0, delay_ms), run };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  };

  /** Resolves after that much virtual time; somebody else must let it pass. */
  sleep(pause_ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(resolve, pause_ms);
    });
  }

  /** Lets time pass, with all that happens in it. */
  async pass(span_ms: number): Promise<void> {
    const until_ms = this.#now_ms + span_ms;
    await settle();
    for (let next = this.#next(); next && next.at_ms <= until_ms; next = this.#next())
      await this.#ring(next);
    this.#now_ms = until_ms;
  }

  /**
   * Lets time pass until the promise has settled.
   * @throws what it throws, or an Error when nothing is left that could settle it
   */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    await settle();
    while (!settled) {
      const next = this.#next();
      if (next === undefined) throw new Error("nothing is scheduled, and the promise is pending");
      await this.#ring(next);
    }
    return await promise;
  }

  async #ring(alarm: Alarm): Promise<void> {
    this.#alarms.delete(alarm);
    this.#now_ms = Math.max(this.#now_ms, alarm.at_ms);
    alarm.run();
    await settle();
  }

  /** The earliest alarm; of several at one time the one that was set first. */
  #next(): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms)
      if (first === undefined || alarm.at_ms < first.at_ms) first = alarm;
    return first;
  }
}

/** Lets everything happen that waits for no alarm. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}
