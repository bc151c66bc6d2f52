import type { SweepMarker } from "../marker.ts";

/** The marker in memory, for tests. */
export function memorySweepMarker(): SweepMarker {
  let at_ms: number | undefined;
  return {
    soon: async () => {
      at_ms = 0;
    },
    due: async (now_ms) => {
      if (at_ms !== undefined && at_ms > now_ms) return false;
      at_ms = undefined;
      return true;
    },
    next: async (next_ms) => {
      at_ms ??= next_ms;
    },
  };
}
