import { useEffect, useState, useSyncExternalStore } from "react";
import { type BrowserPortsOptions, browserPorts } from "./session/browser.ts";
import { type RoomSnapshot, WatchSession } from "./session.ts";

/** A presence in a room for as long as the component stands; the options are read once. */
export function useSession(options: BrowserPortsOptions): [WatchSession, RoomSnapshot] {
  const [session] = useState(() => new WatchSession(browserPorts(options)));
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    session.start();
    // The page may be closed, or only put away; what was noticed is told while that is possible.
    window.addEventListener("pagehide", () => session.flush(), { signal });
    // While a page is hidden the machine may sleep, and its clocks stand still.
    const doubt = () => !document.hidden && session.doubtClock();
    document.addEventListener("visibilitychange", doubt, { signal });
    return () => {
      listening.abort();
      session.stop();
    };
  }, [session]);
  return [session, useSyncExternalStore(session.subscribe, session.snapshot)];
}
