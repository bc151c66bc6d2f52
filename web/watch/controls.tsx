import type { Reaction } from "../../protocol/watch/chat.ts";
import { IconButton } from "../ui/button.tsx";
import { SeekBar } from "./seek-bar.tsx";
import { ReactMenu } from "./stage/react-menu.tsx";
import { Volume } from "./stage/volume.tsx";
import { timeText } from "./time-text.ts";

export type Motion = "playing" | "paused" | "over";

type ControlsProps = {
  position_ms: number;
  muted: boolean;
  volume: number;
  duration_ms: number;
  motion: Motion;
  rate: number;
  mayControl: boolean;
  fullscreen: boolean;
  onTogglePlay: () => void;
  onSeek: (position_ms: number) => void;
  onToggleMuted: () => void;
  onVolume: (volume: number) => void;
  onReact: (emoji: Reaction) => void;
  onSettings: () => void;
  onHelp: () => void;
  onToggleFullscreen: () => void;
};

const playButton = {
  playing: { icon: "pause", label: "Pause for everybody" },
  paused: { icon: "play", label: "Play for everybody" },
  over: { icon: "replay", label: "Play again for everybody" },
} as const;

/** Under the picture, never over it: nothing appears, vanishes or moves. */
export function Controls(props: ControlsProps) {
  const { position_ms, muted, duration_ms, motion, rate, mayControl, fullscreen } = props;
  return (
    <div className="flex flex-wrap items-center gap-x-1 px-1 pb-1 sm:flex-nowrap sm:px-2 sm:py-1">
      <div className="order-first w-full px-2 sm:order-2 sm:w-auto sm:flex-1">
        <SeekBar
          position_ms={position_ms}
          duration_ms={duration_ms}
          disabled={!mayControl}
          onSeek={props.onSeek}
        />
      </div>
      <div className="flex items-center gap-1 sm:order-1">
        <IconButton
          {...playButton[motion]}
          strong
          className="mx-1"
          disabled={!mayControl}
          onClick={props.onTogglePlay}
        />
        <Time position_ms={position_ms} duration_ms={duration_ms} />
      </div>
      <div className="ml-auto flex items-center sm:order-3 sm:ml-0">
        <Volume
          muted={muted}
          volume={props.volume}
          onToggleMuted={props.onToggleMuted}
          onVolume={props.onVolume}
        />
        <ReactMenu onReact={props.onReact} />
        <SettingsButton rate={rate} onClick={props.onSettings} />
        <IconButton
          icon="keyboard"
          label="Keyboard shortcuts"
          className="pointer-coarse:hidden max-sm:hidden"
          onClick={props.onHelp}
        />
        <IconButton
          icon={fullscreen ? "shrink" : "expand"}
          label={fullscreen ? "Leave full screen" : "Full screen"}
          onClick={props.onToggleFullscreen}
        />
      </div>
    </div>
  );
}

/** Where the video is. An hour-long one leaves no room for its length on a phone. */
function Time({ position_ms, duration_ms }: { position_ms: number; duration_ms: number }) {
  const long = duration_ms >= 3_600_000;
  return (
    <p
      className={`font-mono text-[0.8125rem] whitespace-nowrap tabular-nums sm:text-sm ${long ? "sm:w-40" : "sm:w-28"}`}
    >
      <span className="sr-only">Position </span>
      {timeText(position_ms)}
      <span className={`text-muted ${long ? "max-sm:hidden" : ""}`}>
        {" "}
        / {timeText(duration_ms)}
      </span>
    </p>
  );
}

/** Shows the speed in place of its picture while it is not the usual one. */
function SettingsButton({ rate, onClick }: { rate: number; onClick: () => void }) {
  if (rate === 1)
    return <IconButton icon="settings" label="Speed and subtitles" onClick={onClick} />;
  return (
    <button
      type="button"
      title="Speed and subtitles"
      aria-label={`Speed and subtitles: ${rate} times`}
      onClick={onClick}
      className="grid size-11 shrink-0 place-items-center rounded-control text-sm font-semibold text-accent tabular-nums hover:bg-sunken"
    >
      {rate}×
    </button>
  );
}
