import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import type { PlayerSnapshot } from "./player.ts";
import { failureWords } from "./players/failure-words.ts";

type OverlayProps = {
  player: PlayerSnapshot;
  onAllow: () => void;
  onReload: () => void;
};

/** What stands between a viewer and the picture, when anything does; the gravest alone is shown. */
export function Overlay({ player, onAllow, onReload }: OverlayProps) {
  if (player.failure !== null)
    return (
      <Centre>
        <p className="font-semibold">This video cannot be played</p>
        <p className="max-w-sm text-center text-muted">
          {failureWords[player.failure]} The others go on; you come back to where they are.
        </p>
        <Button onClick={onReload}>Load the video again</Button>
      </Centre>
    );
  if (player.autoplay === "blocked")
    return (
      <Centre>
        <Button variant="primary" onClick={onAllow} className="px-6 text-lg">
          <Icon name="play" />
          Tap to join playback
        </Button>
      </Centre>
    );
  if (player.autoplay === "muted")
    return (
      <div className="absolute inset-x-0 bottom-4 grid place-items-center">
        <Button variant="primary" onClick={onAllow} className="shadow-float">
          <Icon name="muted" />
          Tap for sound
        </Button>
      </div>
    );
  if (player.buffering)
    return (
      <p
        role="status"
        className="absolute bottom-4 left-4 rounded-control bg-surface/90 px-3 py-1.5 text-sm motion-safe:animate-breathe"
      >
        Waiting for the video
      </p>
    );
  return null;
}

function Centre({ children }: { children: ReactNode }) {
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 bg-canvas/85 p-4">
      {children}
    </div>
  );
}
