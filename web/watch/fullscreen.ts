import { type RefObject, useCallback, useSyncExternalStore } from "react";

/** iPhones show only the video itself on the full screen, by a call of their own. */
type IphoneVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

function subscribe(listener: () => void): () => void {
  document.addEventListener("fullscreenchange", listener);
  return () => document.removeEventListener("fullscreenchange", listener);
}

/**
 * The full screen for one part of the page.
 * @returns whether something is on it, and the way there and back
 */
export function useFullscreen(stage: RefObject<HTMLElement | null>): [boolean, () => void] {
  const isFull = useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
  const toggle = useCallback(() => {
    const element = stage.current;
    if (element === null) return;
    // A browser may refuse either way; there is nothing to do about it then.
    if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => {});
    else if (document.fullscreenEnabled) element.requestFullscreen().catch(() => {});
    else element.querySelector<IphoneVideo>("video")?.webkitEnterFullscreen?.();
  }, [stage]);
  return [isFull, toggle];
}
