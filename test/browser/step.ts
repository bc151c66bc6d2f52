import { expect } from "vitest";
import { type Spread, spreadOf } from "./timecode.ts";
import type { Window } from "./window.ts";

/** What people who sit side by side would begin to hear. */
const apart_ms_max = 150;
const looks = 7;

/**
 * Looks at all windows several times while they play, and fails when the times burned into their
 * pictures, or their `currentTime`, are more than 150 ms apart at any of them. The middle of the
 * looks is printed beside the worst, to tell a steady drift from one window held up for a moment.
 */
export async function expectInStep(moment: string, windows: readonly Window[]): Promise<void> {
  const pages = windows.map(({ page }) => page);
  const spreads: Spread[] = [];
  while (spreads.length < looks) spreads.push(await spreadOf(pages));
  const burned = middleAndWorst(spreads.map(({ burned_ms }) => burned_ms));
  const current = middleAndWorst(spreads.map(({ current_ms }) => current_ms));
  console.log(
    `${moment}, ${windows.length} windows were apart by ${burned.middle_ms} ms in the picture (at worst ${burned.worst_ms}), by ${current.middle_ms} ms in currentTime (at worst ${current.worst_ms})`,
  );
  expect(burned.worst_ms, `${moment}: by the burned-in time`).toBeLessThanOrEqual(apart_ms_max);
  expect(current.worst_ms, `${moment}: by currentTime`).toBeLessThanOrEqual(apart_ms_max);
}

function middleAndWorst(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => Math.round(sorted[index] ?? Number.NaN);
  return { middle_ms: at(Math.floor(sorted.length / 2)), worst_ms: at(sorted.length - 1) };
}
