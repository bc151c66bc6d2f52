import type { CallDown } from "../../../protocol/match/call-down.ts";
import type { CallUp } from "../../../protocol/match/call-up.ts";
import type { Signal } from "../../../protocol/match/signal.ts";

interface Sent {
  readonly number: number;
  readonly generation: number;
  readonly signal: Signal;
}

/** What a page does with what it hears. */
export interface SignalEvents {
  /** From the partner, under the present generation: in order, once, none left out. */
  signal(signal: Signal): void;
  /** All begins anew: a new peer connection. */
  restart(generation: number): void;
  ended(): void;
}

/**
 * A page's end of a call's room, the reference for the page's own: numbers what it sends and keeps
 * it until the room has it, resumes after a lost line, and begins anew when the room says so.
 */
export class SignalClient {
  readonly #events: SignalEvents;
  #send: ((up: CallUp) => void) | undefined;
  #welcomed = false;
  #epoch: string | undefined;
  #seq = 0;
  #sent = 0;
  #unreceived: Sent[] = [];
  generation = 0;
  /** What must never be seen: signals that came twice, out of order, or after a gap. */
  readonly faults: string[] = [];

  constructor(events: SignalEvents) {
    this.#events = events;
  }

  get connected(): boolean {
    return this.#welcomed;
  }

  /** A socket is open. */
  opened(send: (up: CallUp) => void): void {
    this.#send = send;
    this.#welcomed = false;
    const resume = { seq: this.#seq, sent: this.#sent };
    send({
      type: "hello",
      ...(this.#epoch === undefined ? {} : { resume: { epoch: this.#epoch, ...resume } }),
    });
  }

  closed(): void {
    this.#send = undefined;
    this.#welcomed = false;
  }

  signal(signal: Signal): void {
    this.#sent += 1;
    const sent = { number: this.#sent, generation: this.generation, signal };
    this.#unreceived.push(sent);
    if (this.#welcomed) this.#send?.({ type: "signal", ...sent });
  }

  acknowledge(): void {
    if (this.#welcomed && this.#epoch !== undefined)
      this.#send?.({ type: "ack", epoch: this.#epoch, seq: this.#seq });
  }

  hear(message: CallDown): void {
    // A room that has just woken may not know that this socket has said nothing yet.
    if (!this.#welcomed && message.type !== "welcome" && message.type !== "ended") return;
    switch (message.type) {
      case "welcome":
        this.#welcome(message);
        return;
      case "signal":
        this.#signalled(message);
        return;
      case "received":
        this.#unreceived = this.#unreceived.filter(({ number }) => number > message.number);
        return;
      case "restart":
        this.#restart(message.generation);
        return;
      case "ended":
        this.#events.ended();
        return;
    }
  }

  #welcome({
    epoch,
    recovered,
    seq,
    received,
    generation,
  }: Extract<CallDown, { type: "welcome" }>): void {
    this.#welcomed = true;
    this.#epoch = epoch;
    this.#seq = seq;
    if (recovered) {
      this.#unreceived = this.#unreceived.filter(({ number }) => number > received);
      for (const sent of this.#unreceived) this.#send?.({ type: "signal", ...sent });
      // All began anew, and that is what was lost.
      if (generation !== this.generation) this.#restart(generation);
    } else {
      this.#unreceived = [];
      this.#sent = 0;
    }
  }

  #restart(generation: number): void {
    this.generation = generation;
    this.#events.restart(generation);
  }

  #signalled(message: Extract<CallDown, { type: "signal" }>): void {
    // The room has lost its memory behind an open socket: it counts anew, and nothing is missing.
    if (message.epoch !== this.#epoch) {
      this.#epoch = message.epoch;
      this.#seq = message.seq - 1;
    }
    if (message.seq !== this.#seq + 1)
      this.faults.push(`signal ${message.seq} came after ${this.#seq}`);
    this.#seq = message.seq;
    if (message.generation === this.generation) this.#events.signal(message.signal);
  }
}
