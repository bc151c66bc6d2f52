import { useEffect, useEffectEvent } from "react";

interface MediaKeyActions {
  readonly play: () => void;
  readonly pause: () => void;
}

/**
 * Lets the keys of keyboards, headphones and lock screens act on the room. Without this they would
 * stop this one player behind the room's back, which would start it again at once.
 */
export function useMediaKeys(title: string, actions: MediaKeyActions): void {
  const play = useEffectEvent(() => actions.play());
  const pause = useEffectEvent(() => actions.pause());
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    const { mediaSession } = navigator;
    mediaSession.metadata = new MediaMetadata({ title, artist: "Offrail" });
    mediaSession.setActionHandler("play", () => play());
    mediaSession.setActionHandler("pause", () => pause());
    return () => {
      mediaSession.metadata = null;
      mediaSession.setActionHandler("play", null);
      mediaSession.setActionHandler("pause", null);
    };
  }, [title]);
}
