import type { CallDown } from "../../protocol/match/call-down.ts";
import type { CallUp } from "../../protocol/match/call-up.ts";
import type { Signal } from "../../protocol/match/signal.ts";

type Welcome = Extract<CallDown, { type: "welcome" }>;
type Signalled = Extract<CallDown, { type: "signal" }>;
type Hello = Extract<CallUp, { type: "hello" }>;

interface Sent {
  readonly number: number;
  readonly generation: number;
  readonly signal: Signal;
}

/** Signals kept until the room has them; who has more to say begins anew. */
export const unreceived_max = 64;

export interface SignalEvents {
  /** @returns false when the line is away; it is said again when it is back */
  readonly send: (up: CallUp) => boolean;
  /** From the partner, under the present generation: in order, once, none left out. */
  readonly onSignal: (signal: Signal) => void;
  /** All begins anew under this generation: a new peer connection. */
  readonly onRestart: (generation: number) => void;
}

/**
 * A page's end of the line to its partner: numbers what it sends, keeps it until the call's room has
 * it, resumes after a lost socket, and begins anew when the room says so. Rules C-RELAY and C-RESUME
 * of the call room's specification are about its other end.
 */
export class SignalLine {
  readonly #events: SignalEvents;
  #welcomed = false;
  #epoch: string | undefined;
  #seq = 0;
  #sent = 0;
  #acknowledged = 0;
  #unreceived: Sent[] = [];
  #generation = 0;

  constructor(events: SignalEvents) {
    this.#events = events;
  }

  /** What to say of oneself on a new socket, before anything else. */
  hello(): Pick<Hello, "type" | "resume"> {
    this.#welcomed = false;
    const epoch = this.#epoch;
    if (epoch === undefined) return { type: "hello" };
    return { type: "hello", resume: { epoch, seq: this.#seq, sent: this.#sent } };
  }

  /** The socket is gone. */
  closed(): void {
    this.#welcomed = false;
  }

  /** To the partner, under the present generation. */
  signal(signal: Signal): void {
    this.#sent += 1;
    const sent = { number: this.#sent, generation: this.#generation, signal };
    this.#unreceived.push(sent);
    if (this.#unreceived.length > unreceived_max) {
      this.#unreceived = [];
      this.#epoch = undefined;
    } else if (this.#welcomed) this.#events.send({ type: "signal", ...sent });
  }

  /** Tells the room that what was heard need not be kept. */
  acknowledge(): void {
    if (!this.#welcomed || this.#epoch === undefined || this.#acknowledged === this.#seq) return;
    if (this.#events.send({ type: "ack", epoch: this.#epoch, seq: this.#seq }))
      this.#acknowledged = this.#seq;
  }

  /** How much has been heard that is not acknowledged. */
  get unacknowledged(): number {
    return this.#seq - this.#acknowledged;
  }

  welcome({ epoch, recovered, seq, received, generation }: Welcome): void {
    this.#welcomed = true;
    this.#epoch = epoch;
    this.#seq = seq;
    this.#acknowledged = seq;
    if (!recovered) {
      this.#unreceived = [];
      this.#sent = 0;
      return;
    }
    this.received(received);
    for (const sent of this.#unreceived) this.#events.send({ type: "signal", ...sent });
    // That all began anew was what was lost.
    if (generation !== this.#generation) this.restart(generation);
  }

  restart(generation: number): void {
    this.#generation = generation;
    this.#events.onRestart(generation);
  }

  received(number: number): void {
    this.#unreceived = this.#unreceived.filter((sent) => sent.number > number);
  }

  heard(message: Signalled): void {
    // The room has lost its memory behind an open socket: it counts anew, and nothing is missing.
    if (message.epoch !== this.#epoch) {
      this.#epoch = message.epoch;
      this.#seq = message.seq - 1;
      this.#acknowledged = this.#seq;
    }
    // Nothing comes twice and nothing is left out, unless a room is broken: then not twice, at least.
    if (message.seq <= this.#seq) return;
    this.#seq = message.seq;
    if (message.generation === this.#generation) this.#events.onSignal(message.signal);
  }
}
