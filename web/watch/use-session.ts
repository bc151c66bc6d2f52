import { useEffect, useState, useSyncExternalStore } from "react";
import { type RoomSnapshot, WatchSession, type WatchSessionOptions } from "./session.ts";

/** A presence in a room for as long as the component stands; the options are read once. */
export function useSession(options: WatchSessionOptions): [WatchSession, RoomSnapshot] {
  const [session] = useState(() => new WatchSession(options));
  useEffect(() => {
    session.start();
    return () => session.stop();
  }, [session]);
  return [session, useSyncExternalStore(session.subscribe, session.snapshot)];
}
