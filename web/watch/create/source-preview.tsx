import { useEffect, useEffectEvent, useRef, useState } from "react";
import { failureWords } from "../players/failure-words.ts";
import { makePlayer } from "../players/make-player.ts";
import type { PlayerFailure } from "../players/player.ts";
import type { PlaySource } from "../players/source.ts";
import { unknownLength_ms } from "../players/youtube-player.ts";
import { timeText } from "../time-text.ts";

/** A video that has told nothing of itself for so long is not there. */
const answer_ms_max = 20_000;

/** What a look at a video showed. */
export type Checked =
  | { readonly kind: "good"; readonly duration_ms: number | undefined; readonly title?: string }
  | { readonly kind: "bad"; readonly failure: PlayerFailure };

type SourcePreviewProps = { source: PlaySource; onChecked: (checked: Checked) => void };

/**
 * Shows a video small and still, which is also the look at whether it can be had: this browser
 * alone fetches it, just as everybody's in the room will.
 */
export function SourcePreview({ source, onChecked }: SourcePreviewProps) {
  const host = useRef<HTMLDivElement>(null);
  const [checked, setChecked] = useState<Checked | null>(null);
  const done = useEffectEvent((result: Checked) => {
    setChecked(result);
    onChecked(result);
  });
  useEffect(() => {
    if (host.current === null) return;
    setChecked(null);
    const player = makePlayer(host.current, source);
    player.setMuted(true);
    const look = () => {
      const { duration_ms, failure } = player.state();
      if (failure !== null) done({ kind: "bad", failure });
      else if (duration_ms > 0) done(goodOf(duration_ms, player.title()));
    };
    const unsubscribe = player.subscribe(look);
    const timer = setTimeout(() => {
      if (player.state().duration_ms === 0) done({ kind: "bad", failure: "unreachable" });
    }, answer_ms_max);
    return () => {
      unsubscribe();
      clearTimeout(timer);
      player.dispose();
    };
  }, [source]);
  return (
    <div className="grid grid-cols-[9rem_1fr] items-center gap-3">
      <div
        ref={host}
        inert
        className="relative aspect-video overflow-hidden rounded-control bg-screen"
      />
      <p role="status" className={`text-sm ${checked?.kind === "bad" ? "text-bad" : "text-muted"}`}>
        {wordsFor(checked, source)}
      </p>
    </div>
  );
}

function goodOf(duration_ms: number, title: string | undefined): Checked {
  const known = duration_ms < unknownLength_ms ? duration_ms : undefined;
  return { kind: "good", duration_ms: known, ...(title && { title }) };
}

function wordsFor(checked: Checked | null, source: PlaySource): string {
  if (checked === null) return "Looking whether it can be played …";
  if (checked.kind === "bad") return failureWords[checked.failure];
  const title = checked.title ?? source.title;
  return checked.duration_ms === undefined
    ? `${title}: it can be played.`
    : `${title}, ${timeText(checked.duration_ms)}: it can be played.`;
}
