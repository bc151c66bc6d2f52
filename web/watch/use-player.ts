import { type RefObject, useEffect, useRef, useState } from "react";
import { initialPlayer, Player, type PlayerSnapshot } from "./player.ts";
import type { WatchSession } from "./session.ts";

/** Makes the video follow the session for as long as both are there. */
export function usePlayer(
  video: RefObject<HTMLVideoElement | null>,
  session: WatchSession,
): [PlayerSnapshot, RefObject<Player | null>] {
  const [snapshot, setSnapshot] = useState(initialPlayer);
  const player = useRef<Player>(null);
  useEffect(() => {
    if (video.current === null) return;
    const leader = {
      anchor: () => session.snapshot().anchor,
      serverNow_ms: () => session.serverNow_ms(),
    };
    const made = new Player(video.current, leader, setSnapshot);
    player.current = made;
    const unsubscribe = session.subscribe(() => made.look());
    return () => {
      unsubscribe();
      made.stop();
      player.current = null;
    };
  }, [video, session]);
  return [snapshot, player];
}
