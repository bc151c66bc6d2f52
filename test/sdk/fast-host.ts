import { commonHost, type Host } from "../../sdk/host.ts";

const faster = 1_000;

export interface FastHost extends Host {
  /** As when a tab is hidden or shown. */
  hide(hidden: boolean): void;
}

/** Runs on a clock that is a thousand times faster, so that minutes of patience pass in no time. */
export function fastHost(changes: Partial<Host> = {}): FastHost {
  const began_ms = Date.now();
  const listeners = new Set<(hidden: boolean) => void>();
  return {
    ...commonHost,
    now_ms: () =>
      began_ms + Math.round((performance.timeOrigin + performance.now() - began_ms) * faster),
    after(wait_ms, work) {
      const timer = setTimeout(work, wait_ms / faster);
      return () => clearTimeout(timer);
    },
    alone: (work) => work(),
    onHidden(tell) {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    hide(hidden) {
      for (const tell of listeners) tell(hidden);
    },
    ...changes,
  };
}
