import { useState } from "react";
import { IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SeekBar } from "./seek-bar.tsx";
import { ShortcutList } from "./shortcuts.tsx";
import { timeText } from "./time-text.ts";

export type Motion = "playing" | "paused" | "over";

type ControlsProps = {
  position_ms: number;
  muted: boolean;
  duration_ms: number;
  motion: Motion;
  fullscreen: boolean;
  onTogglePlay: () => void;
  onSeek: (position_ms: number) => void;
  onToggleMuted: () => void;
  onToggleFullscreen: () => void;
};

const playButton = {
  playing: { icon: "pause", label: "Pause for everybody" },
  paused: { icon: "play", label: "Play for everybody" },
  over: { icon: "replay", label: "Play again for everybody" },
} as const;

/** Under the picture, never over it: nothing appears, vanishes or moves. */
export function Controls(props: ControlsProps) {
  const { position_ms, muted, duration_ms, motion, fullscreen } = props;
  const [help, setHelp] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-x-1 px-2 pb-1 sm:flex-nowrap sm:py-1">
      <div className="order-first w-full px-2 sm:order-2 sm:w-auto sm:flex-1">
        <SeekBar position_ms={position_ms} duration_ms={duration_ms} onSeek={props.onSeek} />
      </div>
      <div className="flex items-center gap-1 sm:order-1">
        <IconButton {...playButton[motion]} strong className="mx-1" onClick={props.onTogglePlay} />
        <p className="w-28 font-mono text-sm tabular-nums">
          <span className="sr-only">Position </span>
          {timeText(position_ms)}
          <span className="text-muted"> / {timeText(duration_ms)}</span>
        </p>
      </div>
      <div className="ml-auto flex items-center sm:order-3 sm:ml-0">
        <IconButton
          icon={muted ? "muted" : "volume"}
          label={muted ? "Sound on" : "Sound off"}
          onClick={props.onToggleMuted}
        />
        <IconButton
          icon="keyboard"
          label="Keyboard shortcuts"
          className="pointer-coarse:hidden"
          onClick={() => setHelp(true)}
        />
        <IconButton
          icon={fullscreen ? "shrink" : "expand"}
          label={fullscreen ? "Leave full screen" : "Full screen"}
          onClick={props.onToggleFullscreen}
        />
      </div>
      <Dialog open={help} title="Keyboard shortcuts" onClose={() => setHelp(false)}>
        <ShortcutList />
      </Dialog>
    </div>
  );
}
