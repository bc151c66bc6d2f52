/**
 * The room's clock as this page knows it, from probes: a probe leaves with the local time, the
 * server answers with its own, and half the round trip lies on either side.
 *
 * Of several probes the one with the least round trip is believed alone, because waiting in queues
 * only ever adds time, and mostly on one side (D. L. Mills, RFC 5905, section 10, the clock filter).
 * Its error is at most half its round trip, which is reached when all the delay was on one side.
 *
 * From then on the two clocks part, at first by no more than `skew_ppm_max`. Two estimates far
 * enough apart in time say by how much they really do, and the bound then grows more slowly.
 */

/** How many probes are made at a join, at most, over the socket. */
export const probes_max = 16;
/** And at a refresh over HTTP, on one kept-alive connection. */
export const refreshProbes_max = 5;
/** A probe that good ends the series: asking more would tell nothing that can be seen. */
const error_ms_enough = 1;
/** And so many are always made, because a first probe on a fresh connection is often slow. */
const probes_min = 4;

/** Two quartz clocks part by no more than this, in parts per million (RFC 5905 assumes 15 for one). */
export const skew_ppm_max = 100;
/** The estimate is refreshed when its bound has grown by so much: half of what nobody notices. */
const growth_ms_max = 20;
const refreshEvery_ms_min = 60_000;
const refreshEvery_ms_max = 30 * 60_000;
/**
 * A bound above this may come of a line that was stuck when it was asked: it is asked anew soon, a
 * few times, after which the line is believed to be that slow.
 */
const poor_ms = 100;
const poorAgain_ms = 20_000;
const poorSeries_max = 3;
/** A series that brought nothing is tried again after so long. */
const retryAfter_ms = 15_000;

/** One probe that came back. All in milliseconds; sent and received by the local clock. */
export interface ClockProbe {
  readonly sent_ms: number;
  readonly received_ms: number;
  readonly server_ms: number;
}

/** Server time is local time plus `offset_ms`, give or take `error_ms`. */
export interface ClockEstimate {
  readonly offset_ms: number;
  readonly error_ms: number;
}

/** An estimate, and the local moment at which it was so. */
interface Reading extends ClockEstimate {
  readonly at_ms: number;
}

/** The server's clock gains so much on ours, give or take. */
interface Skew {
  readonly ppm: number;
  readonly error_ppm: number;
}
const unknownSkew: Skew = { ppm: 0, error_ppm: skew_ppm_max };

function readingOf(probe: ClockProbe): Reading {
  const roundTrip_ms = Math.max(0, probe.received_ms - probe.sent_ms);
  const error_ms = roundTrip_ms / 2;
  return {
    offset_ms: probe.server_ms - (probe.sent_ms + error_ms),
    error_ms,
    at_ms: probe.received_ms,
  };
}

/** The reading of the probe with the least round trip, or null without any probe. */
function bestOf(probes: readonly ClockProbe[]): Reading | null {
  let best: Reading | null = null;
  for (const probe of probes) {
    const reading = readingOf(probe);
    if (best === null || reading.error_ms < best.error_ms) best = reading;
  }
  return best;
}

/** The estimate of the probe with the least round trip, or null without any probe. */
export function estimateClock(probes: readonly ClockProbe[]): ClockEstimate | null {
  const best = bestOf(probes);
  return best && { offset_ms: best.offset_ms, error_ms: best.error_ms };
}

/** Whether another probe is worth its message. @param max of this series */
export function wantsProbe(probes: readonly ClockProbe[], max = probes_max): boolean {
  if (probes.length < probes_min) return true;
  if (probes.length >= max) return false;
  return (estimateClock(probes)?.error_ms ?? Number.POSITIVE_INFINITY) > error_ms_enough;
}

/** Keeps the estimate over hours: when it wants new probes, and what they change. */
export class ClockTracker {
  /** The first reading since the clocks are known to run evenly; the skew is measured from it. */
  #reference: Reading | null = null;
  #reading: Reading | null = null;
  #skew = unknownSkew;
  /** When a probe last came back, whether or not it knew better. */
  #probedAt_ms = Number.NEGATIVE_INFINITY;
  #triedAt_ms = Number.NEGATIVE_INFINITY;
  #doubted = false;
  /** Series asked for since the clocks are known. */
  #series = 0;

  /** Takes in a probe at once, so that the first one already tells the time. */
  add(probe: ClockProbe): void {
    const reading = readingOf(probe);
    this.#probedAt_ms = reading.at_ms;
    const known = this.#reading && aged(this.#reading, this.#skew, reading.at_ms);
    if (
      known !== null &&
      Math.abs(known.offset_ms - reading.offset_ms) > known.error_ms + reading.error_ms
    ) {
      this.#restart(reading);
      return;
    }
    this.#doubted = false;
    this.#reference ??= reading;
    if (known !== null && known.error_ms <= reading.error_ms) return;
    this.#reading = reading;
    // Within one series the best reading is the one to measure skew from.
    if (reading.at_ms - this.#reference.at_ms < refreshEvery_ms_min) {
      if (reading.error_ms < this.#reference.error_ms) this.#reference = reading;
    } else this.#learnSkew(this.#reference, reading);
  }

  /** What is known at a local moment, or null before the first probe. */
  at(local_ms: number): ClockEstimate | null {
    const known = this.#reading && aged(this.#reading, this.#skew, local_ms);
    return known && { offset_ms: known.offset_ms, error_ms: known.error_ms };
  }

  /** The local moment from which new probes are worth asking for; null before the first probe. */
  refreshAt_ms(): number | null {
    if (this.#reading === null) return null;
    const grownAfter_ms = (growth_ms_max / this.#skew.error_ppm) * 1_000_000;
    const poor = this.#reading.error_ms > poor_ms && this.#series < poorSeries_max;
    const after_ms = poor
      ? poorAgain_ms
      : Math.min(Math.max(grownAfter_ms, refreshEvery_ms_min), refreshEvery_ms_max);
    const due_ms = this.#doubted ? Number.NEGATIVE_INFINITY : this.#probedAt_ms + after_ms;
    return Math.max(due_ms, this.#triedAt_ms + retryAfter_ms);
  }

  /** The machine may have slept or its clock been set: the next probe is wanted now. */
  doubt(): void {
    this.#doubted = true;
  }

  /** A series begins. If all its probes are lost, the next is not due at once. */
  tried(local_ms: number): void {
    this.#triedAt_ms = local_ms;
    this.#series++;
  }

  /** Both cannot be true: a clock was set, or stood still while the machine slept. */
  #restart(reading: Reading): void {
    this.#doubted = false;
    this.#reference = reading;
    this.#reading = reading;
    this.#skew = unknownSkew;
  }

  #learnSkew(from: Reading, to: Reading): void {
    const apart_ms = to.at_ms - from.at_ms;
    const measured_ppm = ((to.offset_ms - from.offset_ms) / apart_ms) * 1_000_000;
    const error_ppm = ((to.error_ms + from.error_ms) / apart_ms) * 1_000_000;
    const low_ppm = Math.max(-skew_ppm_max, measured_ppm - error_ppm);
    const high_ppm = Math.min(skew_ppm_max, measured_ppm + error_ppm);
    if (low_ppm > high_ppm) {
      this.#restart(to);
      return;
    }
    // Quartz follows the temperature: never believe it to a part per million.
    this.#skew = {
      ppm: (low_ppm + high_ppm) / 2,
      error_ppm: Math.max(2, (high_ppm - low_ppm) / 2),
    };
  }
}

/** The same reading seen later: moved by the skew, and less certain by what is not known of it. */
function aged(reading: Reading, skew: Skew, local_ms: number): Reading {
  const age_ms = Math.max(0, local_ms - reading.at_ms);
  return {
    offset_ms: reading.offset_ms + (age_ms * skew.ppm) / 1_000_000,
    error_ms: reading.error_ms + (age_ms * skew.error_ppm) / 1_000_000,
    at_ms: local_ms,
  };
}
