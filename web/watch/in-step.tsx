import type { CSSProperties } from "react";
import { Badge, type Tone } from "../ui/badge.tsx";
import type { ClockEstimate } from "./clock.ts";
import type { Motion } from "./controls.tsx";
import { deadZone_ms } from "./sync.ts";
import { driftText } from "./time-text.ts";

type InStepProps = {
  drift_ms: number | null;
  motion: Motion;
  clock: ClockEstimate | null;
};

/** Half the width of the scale. */
const scale_ms = 200;

/** How far this viewer is from the room: in a word, in milliseconds, and on a scale. */
export function InStep({ drift_ms, motion, clock }: InStepProps) {
  const [tone, words] = verdict(drift_ms, motion);
  const shown = drift_ms === null || motion !== "playing" ? 0 : drift_ms;
  const place = Math.min(Math.max(shown / scale_ms, -1), 1);
  return (
    <section aria-labelledby="in-step">
      <h2 id="in-step" className="mb-2 font-semibold">
        You and the room
      </h2>
      <div className="flex items-baseline justify-between gap-3">
        <Badge tone={tone}>{words}</Badge>
        <span className="text-sm text-muted tabular-nums">
          {motion === "playing" && drift_ms !== null ? driftText(drift_ms) : ""}
        </span>
      </div>
      <div
        aria-hidden="true"
        className="relative mt-3 h-2 rounded-full bg-sunken"
        style={{ "--dead": deadZone_ms / scale_ms, "--place": place } as CSSProperties}
      >
        <div className="absolute inset-y-0 left-1/2 w-[calc(var(--dead)*100%)] -translate-x-1/2 rounded-full bg-accent-soft" />
        <div className="absolute inset-y-0 left-[calc(50%+var(--place)*(50%-4px))] w-2 -translate-x-1/2 rounded-full bg-accent transition-[left] duration-300" />
      </div>
      <p className="mt-2 text-sm text-muted">
        {clock === null
          ? "Asking the room for its time"
          : `The room's clock is known to ±${Math.max(1, Math.round(clock.error_ms))} ms`}
      </p>
    </section>
  );
}

function verdict(drift_ms: number | null, motion: Motion): readonly [Tone, string] {
  if (motion === "over") return ["neutral", "At the end"];
  if (motion === "paused") return ["neutral", "Paused"];
  if (drift_ms === null) return ["neutral", "Finding the place"];
  return Math.abs(drift_ms) <= deadZone_ms ? ["good", "In step"] : ["warn", "Catching up"];
}
