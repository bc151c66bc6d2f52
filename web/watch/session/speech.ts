import type { WatchUp } from "../../../protocol/watch/up.ts";
import type { Runtime } from "../runtime.ts";
import type { Unsent } from "./snapshot.ts";

/** So much may wait for the line to come back. */
const unsent_max = 20;
/** That somebody writes is told once in so long; pages show it for a little longer. */
const typingEvery_ms = 3_000;

export interface SpeechOptions {
  readonly runtime: Runtime;
  readonly send: (message: WatchUp) => boolean;
  readonly unsent: () => readonly Unsent[];
  readonly onUnsent: (unsent: readonly Unsent[]) => void;
}

/**
 * A person's words on their way into the chat, one after the other. Each goes under a reference of
 * its own, under which the room takes it once; so what was not seen coming back can be said again.
 */
export class Speech {
  readonly #options: SpeechOptions;
  /** Tells this page's references from those of the same person's other pages. */
  readonly #prefix: string;
  #number = 0;
  #typedAt_ms = Number.NEGATIVE_INFINITY;
  /** The reference of what was sent and not seen coming back. */
  #sent: string | null = null;
  #cancel: () => void = () => {};

  constructor(options: SpeechOptions) {
    this.#options = options;
    this.#prefix = Math.floor(options.runtime.random() * 36 ** 8).toString(36);
  }

  /** @returns false when too much waits already */
  say(text: string, replyTo: number | undefined): boolean {
    const unsent = this.#options.unsent();
    if (unsent.length >= unsent_max) return false;
    const words: Unsent = { ref: `${this.#prefix}-${this.#number++}`, text, replyTo };
    this.#options.onUnsent([...unsent, words]);
    this.proceed();
    return true;
  }

  /** Sends what is next, once what was sent has come back. */
  readonly proceed = (): void => {
    const unsent = this.#options.unsent();
    if (this.#sent !== null && unsent.some(({ ref }) => ref === this.#sent)) return;
    this.#sent = null;
    this.#cancel();
    const [next] = unsent;
    if (next !== undefined && this.#send(next)) this.#sent = next.ref;
  };

  /** The socket is gone: nobody knows whether the last words arrived, so they are sent again. */
  disconnected(): void {
    this.#cancel();
    this.#sent = null;
  }

  /**
   * The room did not take what was sent.
   * @param retryAfter_ms when it was only too soon; then it is said again by itself
   * @returns whether the person should know
   */
  refused(retryAfter_ms: number | undefined): boolean {
    const lost = this.#sent;
    this.#sent = null;
    this.#cancel();
    if (retryAfter_ms === undefined) {
      this.#options.onUnsent(this.#options.unsent().filter(({ ref }) => ref !== lost));
      this.proceed();
      return true;
    }
    this.#cancel = this.#options.runtime.after(retryAfter_ms, this.proceed);
    return false;
  }

  typing(): void {
    const now_ms = this.#options.runtime.now_ms();
    if (now_ms - this.#typedAt_ms < typingEvery_ms) return;
    this.#typedAt_ms = now_ms;
    this.#options.send({ type: "typing" });
  }

  #send({ ref, text, replyTo }: Unsent): boolean {
    const reply = replyTo === undefined ? {} : { replyTo };
    return this.#options.send({ type: "say", text, ref, ...reply });
  }
}
