import {
  type ClockEstimate,
  type ClockProbe,
  ClockTracker,
  probes_max,
  refreshProbes_max,
  wantsProbe,
} from "../clock.ts";
import type { Runtime } from "../runtime.ts";

/** Between two probes on the socket: one segment that is lost must not hold all of them up. */
const probeEvery_ms = 100;
/** An answer that took longer says nothing that a dead zone could use. */
const probe_ms_max = 5_000;
/** Probes of one HTTP series that may go unanswered. */
const failures_max = 2;
/** Looks anew at whether a refresh is due, when it could not be made at its time. */
const lookAgain_ms = 60_000;

export interface ClockKeeperOptions {
  readonly runtime: Runtime;
  /** Sends a probe over the socket; false when that is away. */
  readonly probe: (client_ms: number) => boolean;
  /** Asks over HTTP, and the room sleeps on. */
  readonly askTime: (done: (server_ms: number | null) => void) => void;
  /** Whether anybody needs the time just now: a room at rest does not. */
  readonly needed: () => boolean;
  /** The estimate has changed. */
  readonly onChange: () => void;
  /** A series on the socket is over: the shortest round trip is known. */
  readonly onMeasured: (rtt_ms: number) => void;
}

/** Knows the room's time: 16 probes over the socket at the join, a few over HTTP when it ages. */
export class ClockKeeper {
  readonly #options: ClockKeeperOptions;
  readonly #tracker = new ClockTracker();
  #probes: ClockProbe[] = [];
  #sent = 0;
  #answered = 0;
  #refreshing = false;
  #cancelProbe: () => void = () => {};
  #cancelRefresh: () => void = () => {};
  #rtt_ms: number | null = null;

  constructor(options: ClockKeeperOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#cancelProbe();
    this.#cancelRefresh();
  }

  /** What is known now, and how well. */
  estimate(): ClockEstimate | null {
    return this.#tracker.at(this.#options.runtime.now_ms());
  }

  /** Shortest round trip of the latest series. */
  get rtt_ms(): number | null {
    return this.#rtt_ms;
  }

  /** The socket is open. Whoever knows the time already does not ask the room again. */
  connected(): void {
    if (this.#rtt_ms !== null && this.estimate() !== null) {
      this.#options.onMeasured(this.#rtt_ms);
      this.refreshIfDue();
      return;
    }
    this.#probes = [];
    this.#sent = 0;
    this.#answered = 0;
    this.#probe();
  }

  /** The socket is gone; answers to its probes will not come. */
  disconnected(): void {
    this.#cancelProbe();
  }

  /** The machine may have slept, or its clock been set. */
  doubt(): void {
    this.#tracker.doubt();
    this.refreshIfDue();
  }

  /** The room answered a probe. */
  answered(sent_ms: number, server_ms: number): void {
    const received_ms = this.#options.runtime.now_ms();
    this.#answered++;
    const trip_ms = received_ms - sent_ms;
    if (trip_ms >= 0 && trip_ms <= probe_ms_max) this.#take({ sent_ms, server_ms, received_ms });
    const asked = this.#sent >= probes_max || !wantsProbe(this.#probes);
    if (asked && this.#answered >= this.#sent) this.#measured();
  }

  /** Refreshes the estimate if its bound has grown too wide and somebody needs the time. */
  readonly refreshIfDue = (): void => {
    this.#cancelRefresh();
    const { runtime, needed } = this.#options;
    const due_ms = this.#tracker.refreshAt_ms();
    if (due_ms === null || this.#refreshing || !needed()) return;
    const in_ms = due_ms - runtime.now_ms();
    if (in_ms > 0) {
      this.#cancelRefresh = runtime.after(Math.min(in_ms, lookAgain_ms), this.refreshIfDue);
      return;
    }
    this.#refreshing = true;
    this.#probes = [];
    this.#tracker.tried(runtime.now_ms());
    this.#refresh(0);
  };

  #probe(): void {
    const { runtime, probe } = this.#options;
    this.#cancelProbe();
    if (this.#sent >= probes_max || !wantsProbe(this.#probes)) return;
    if (!probe(runtime.now_ms())) return;
    this.#sent++;
    this.#cancelProbe = runtime.after(probeEvery_ms, () => this.#probe());
  }

  #refresh(failures: number): void {
    const { runtime, askTime } = this.#options;
    const sent_ms = runtime.now_ms();
    askTime((server_ms) => {
      const received_ms = runtime.now_ms();
      const failed = server_ms === null || received_ms - sent_ms > probe_ms_max;
      if (!failed) this.#take({ sent_ms, server_ms, received_ms });
      const failedNow = failures + (failed ? 1 : 0);
      if (failedNow < failures_max && wantsProbe(this.#probes, refreshProbes_max)) {
        this.#refresh(failedNow);
        return;
      }
      this.#refreshing = false;
      this.#noteRoundTrip();
      this.refreshIfDue();
    });
  }

  #take(probe: ClockProbe): void {
    this.#probes.push(probe);
    this.#tracker.add(probe);
    this.#options.onChange();
  }

  #measured(): void {
    this.#cancelProbe();
    this.#noteRoundTrip();
    if (this.#rtt_ms !== null) this.#options.onMeasured(this.#rtt_ms);
    this.refreshIfDue();
  }

  #noteRoundTrip(): void {
    const trips_ms = this.#probes.map(({ sent_ms, received_ms }) => received_ms - sent_ms);
    if (trips_ms.length > 0) this.#rtt_ms = Math.max(0, Math.min(...trips_ms));
  }
}
