import { useEffect, useState, useSyncExternalStore } from "react";
import { browserRuntime } from "./runtime.ts";

interface Store<Snapshot> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly snapshot: () => Snapshot;
}

/** What a store holds now, and again whenever it changes. */
export function useStore<Snapshot>({ subscribe, snapshot }: Store<Snapshot>): Snapshot {
  return useSyncExternalStore(subscribe, snapshot);
}

const second_ms = 1_000;

/** The time by the local clock, in milliseconds since 1970, told every second. */
export function useNow_ms(): number {
  const [now, setNow] = useState(browserRuntime.now_ms);
  useEffect(() => {
    const timer = setInterval(() => setNow(browserRuntime.now_ms()), second_ms);
    return () => clearInterval(timer);
  }, []);
  return now;
}
