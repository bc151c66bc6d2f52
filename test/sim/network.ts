import type { Random } from "../../platform/testing/random.ts";
import type { VirtualTime } from "./time.ts";

/** What one client's way to the server is like. */
export interface LineFaults {
  /** Both ways together when nothing disturbs. */
  readonly rtt_ms: number;
  /** Share of the round trip that lies on the way up; 0.5 is symmetric. */
  readonly upShare: number;
  readonly spikeShare: number;
  readonly lossShare: number;
}

/** Ordinary jitter, as a share of a way's time. */
const jitterShare = 0.08;
/** A segment that was lost is sent again after the round trip and this (RFC 6298 has 200 ms as least). */
const retransmit_ms = 200;
/** So many losses in a row break the connection. */
const losses_max = 4;

/** One client's line: draws what single transmissions meet. */
export class Line {
  readonly faults: LineFaults;
  readonly #random: Random;

  constructor(faults: LineFaults, random: Random) {
    this.faults = faults;
    this.#random = random;
  }

  /** How long one packet is on its way; jitter and spikes only ever add time. */
  way_ms(up: boolean): number {
    const { rtt_ms, upShare, spikeShare } = this.faults;
    const least_ms = rtt_ms * (up ? upShare : 1 - upShare);
    const spike_ms = this.#random.next() < spikeShare ? this.#random.next() * 4 * rtt_ms : 0;
    return least_ms * (1 + this.#random.next() * jitterShare) + spike_ms;
  }

  isLost(): boolean {
    return this.#random.next() < this.faults.lossShare;
  }

  /** How long a packet takes that is sent until it arrives; null when the connection breaks at it. */
  delivery_ms(up: boolean): number | null {
    let delay_ms = this.way_ms(up);
    for (let losses = 0; this.isLost(); losses++) {
      if (losses >= losses_max) return null;
      delay_ms += (this.faults.rtt_ms + retransmit_ms) * 2 ** losses;
    }
    return delay_ms;
  }
}

/** One direction of a socket: what goes in comes out whole, in order, some time later. */
export class Pipe<Frame> {
  readonly #time: VirtualTime;
  readonly #line: Line;
  readonly #up: boolean;
  readonly #deliver: (frame: Frame) => void;
  readonly #broken: () => void;
  #clearAt_ms = 0;
  #closed = false;

  constructor(
    time: VirtualTime,
    line: Line,
    up: boolean,
    deliver: (frame: Frame) => void,
    broken: () => void,
  ) {
    this.#time = time;
    this.#line = line;
    this.#up = up;
    this.#deliver = deliver;
    this.#broken = broken;
  }

  send(frame: Frame): void {
    if (this.#closed) return;
    const delay_ms = this.#line.delivery_ms(this.#up);
    if (delay_ms === null) {
      this.#broken();
      return;
    }
    // TCP hands nothing over before what was sent earlier.
    this.#clearAt_ms = Math.max(this.#clearAt_ms, this.#time.now_ms + delay_ms);
    this.#time.at(this.#clearAt_ms, () => {
      if (!this.#closed) this.#deliver(frame);
    });
  }

  /** Whatever is still on its way is lost. */
  close(): void {
    this.#closed = true;
  }
}
