import { type CSSProperties, useEffect, useEffectEvent, useRef, useState } from "react";
import { timeText } from "./time-text.ts";
import "./seek-bar.css";

type SeekBarProps = {
  position_ms: number;
  duration_ms: number;
  disabled?: boolean;
  /** Called once, when the person lets go: moving through the video is not a stream of commands. */
  onSeek: (position_ms: number) => void;
};

export function SeekBar({ position_ms, duration_ms, disabled, onSeek }: SeekBarProps) {
  const input = useRef<HTMLInputElement>(null);
  const [held_ms, setHeld_ms] = useState<number | null>(null);
  const letGo = useEffectEvent((event: Event) => {
    if (event.target instanceof HTMLInputElement) onSeek(event.target.valueAsNumber);
    setHeld_ms(null);
  });
  useEffect(() => {
    const element = input.current;
    // React's onChange is the browser's `input`; only the native `change` says "let go".
    const changed = (event: Event) => letGo(event);
    element?.addEventListener("change", changed);
    return () => element?.removeEventListener("change", changed);
  }, []);
  const shown_ms = Math.min(held_ms ?? position_ms, duration_ms);
  const played = duration_ms > 0 ? shown_ms / duration_ms : 0;
  return (
    <input
      ref={input}
      type="range"
      data-seek
      aria-label="Position in the video"
      aria-valuetext={`${timeText(shown_ms)} of ${timeText(duration_ms)}`}
      className="seek-bar w-full min-w-0"
      style={{ "--played": played } as CSSProperties}
      disabled={disabled}
      min={0}
      max={duration_ms}
      step={1}
      value={Math.round(shown_ms)}
      onChange={(event) => setHeld_ms(Number(event.target.value))}
    />
  );
}
