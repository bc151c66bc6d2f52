import { tailEvents_per_s } from "../../protocol/analytics/tail.ts";

/** How many events of a second have been let through, and how many not yet told of were not. */
export interface SamplerState {
  readonly second: number;
  readonly passed: number;
}

export const freshSampler: SamplerState = { second: 0, passed: 0 };

/**
 * Lets through so many of the events that come in one second, and counts the others.
 * @returns the next state, and how many of the offered may pass: they are the first
 */
export function sample(
  state: SamplerState,
  offered: number,
  now_ms: number,
): { readonly state: SamplerState; readonly pass: number; readonly skip: number } {
  const second = Math.floor(now_ms / 1000);
  const passed = second === state.second ? state.passed : 0;
  const pass = Math.min(offered, tailEvents_per_s - passed);
  return { state: { second, passed: passed + pass }, pass, skip: offered - pass };
}
