import { commonHost, type Host } from "../../sdk/host.ts";

const faster = 1_000;
/** Between two looks at the clock no more than this passes: a busy machine is not three minutes of silence. */
const look_ms_max = 30_000;

export interface FastHost extends Host {
  /** As when a tab is hidden or shown. */
  hide(hidden: boolean): void;
}

/** Runs on a clock that is a thousand times faster, so that minutes of patience pass in no time. */
export function fastHost(changes: Partial<Host> = {}): FastHost {
  let clock_ms = Date.now();
  let looked_ms = performance.now();
  const listeners = new Set<(hidden: boolean) => void>();
  return {
    ...commonHost,
    now_ms() {
      const passed_ms = (performance.now() - looked_ms) * faster;
      looked_ms += passed_ms / faster;
      clock_ms += Math.min(passed_ms, look_ms_max);
      return Math.round(clock_ms);
    },
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
