/**
 * The room's clock as this page knows it, from probes: a probe leaves with the local time, the
 * room answers with its own, and half the round trip lies on either side.
 *
 * Of several probes the one with the least round trip is believed alone, because waiting in queues
 * only ever adds time, and mostly on one side (D. L. Mills, RFC 5905, section 10, the clock filter).
 * Its error is at most half its round trip, which is reached when all the delay was on one side.
 */

/** How many probes are made at a join, at most. */
export const probes_max = 16;
/** A probe that good ends the series: asking more would tell nothing that can be seen. */
const error_ms_enough = 1;
/** And so many are always made, because a first probe on a fresh socket is often slow. */
const probes_min = 5;

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

/** What one probe says. */
function estimateOf(probe: ClockProbe): ClockEstimate {
  const roundTrip_ms = Math.max(0, probe.received_ms - probe.sent_ms);
  return {
    offset_ms: probe.server_ms - (probe.sent_ms + roundTrip_ms / 2),
    error_ms: roundTrip_ms / 2,
  };
}

/** The estimate of the probe with the least round trip, or null without any probe. */
export function estimateClock(probes: readonly ClockProbe[]): ClockEstimate | null {
  let best: ClockEstimate | null = null;
  for (const probe of probes) {
    const estimate = estimateOf(probe);
    if (best === null || estimate.error_ms < best.error_ms) best = estimate;
  }
  return best;
}

/** Whether another probe is worth its message. */
export function wantsProbe(probes: readonly ClockProbe[]): boolean {
  if (probes.length < probes_min) return true;
  if (probes.length >= probes_max) return false;
  return (estimateClock(probes)?.error_ms ?? Number.POSITIVE_INFINITY) > error_ms_enough;
}
