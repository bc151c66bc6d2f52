import type { CSSProperties } from "react";
import { IconButton } from "../../ui/button.tsx";

type VolumeProps = {
  muted: boolean;
  /** From 0 to 1. */
  volume: number;
  onToggleMuted: () => void;
  onVolume: (volume: number) => void;
};

/** Sound, for this viewer alone. A phone has keys for how loud. */
export function Volume({ muted, volume, onToggleMuted, onVolume }: VolumeProps) {
  const shown = muted ? 0 : volume;
  return (
    <div className="flex items-center">
      <IconButton
        icon={muted ? "muted" : "volume"}
        label={muted ? "Sound on" : "Sound off"}
        onClick={onToggleMuted}
      />
      <span className="w-16 pointer-coarse:hidden max-lg:hidden">
        <input
          type="range"
          aria-label="Volume"
          aria-valuetext={`${Math.round(shown * 100)} %`}
          className="seek-bar w-full"
          style={{ "--played": shown } as CSSProperties}
          min={0}
          max={1}
          step={0.05}
          value={shown}
          onChange={(event) => onVolume(event.target.valueAsNumber)}
        />
      </span>
    </div>
  );
}
