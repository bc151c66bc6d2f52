import type { CallRole } from "../../../protocol/match/room-data.ts";
import type { Attempt, Attempts } from "../attempts.ts";
import { signals_each } from "./negotiation.ts";

/** After so long without having come, something is lost. */
const lost_ms = 10_000;
/** What was under way for longer when the call ended would not have come either. */
const underWay_ms_max = 2_000;

/**
 * What is on its way through one call, both ends of which are in this process: so one clock says how
 * long it took from being due on one side to being heard on the other.
 */
export class Relay {
  readonly #attempts: Attempts;
  /** By who sent them, in their order, which a line keeps. */
  readonly #signals: Readonly<Record<CallRole, Attempt[]>> = { impolite: [], polite: [] };
  readonly #lines = new Map<string, Attempt>();
  readonly #heard = { impolite: 0, polite: 0 };
  #goodbye: Attempt | undefined;

  constructor(attempts: Attempts) {
    this.#attempts = attempts;
  }

  signalSent(by: CallRole, due_ms: number): void {
    this.#signals[by].push(this.#attempts.expect("relay", due_ms, lost_ms));
  }

  signalHeard(from: CallRole): void {
    this.#heard[from] += 1;
    this.#signals[from].shift()?.answered();
  }

  /** Whether the two browsers have found a way to each other. */
  get hasWay(): boolean {
    return this.#heard.impolite >= signals_each && this.#heard.polite >= signals_each;
  }

  lineSent(key: string, due_ms: number): void {
    this.#lines.set(key, this.#attempts.expect("chat", due_ms, lost_ms));
  }

  lineHeard(key: string): void {
    this.#lines.get(key)?.answered();
    this.#lines.delete(key);
  }

  /** One of them has said goodbye. When both do at the same moment, neither hears the other's. */
  hungUp(due_ms: number): void {
    this.#drop();
    if (this.#goodbye === undefined)
      this.#goodbye = this.#attempts.expect("hangup", due_ms, lost_ms);
    else this.#goodbye.forget();
  }

  /** The partner knows that it is over. */
  over(): void {
    this.#drop();
    this.#goodbye?.answered();
  }

  /** Nobody listens any more to what was said last; what should have come before is lost. */
  #drop(): void {
    const { impolite, polite } = this.#signals;
    for (const attempt of [...impolite.splice(0), ...polite.splice(0), ...this.#lines.values()]) {
      if (performance.now() - attempt.due_ms > underWay_ms_max) attempt.failed("lost");
      else attempt.forget();
    }
    this.#lines.clear();
  }
}
