import { type CSSProperties, useState } from "react";
import type { FloatingReaction } from "../session.ts";
import "./reactions.css";

/** Reactions of this moment, over the picture. Not said aloud, or nobody would hear the film. */
export function FloatingReactions({ reactions }: { reactions: readonly FloatingReaction[] }) {
  // What came before this page looked is over.
  const [since, setSince] = useState(() => reactions.at(-1)?.id ?? 0);
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0 overflow-hidden">
      {reactions
        .filter(({ id }) => id > since)
        .map(({ id, emoji }) => (
          <span
            key={id}
            className="floating-reaction"
            style={laneOf(id)}
            onAnimationEnd={() => setSince((known) => Math.max(known, id))}
          >
            {emoji}
          </span>
        ))}
    </div>
  );
}

/** Neighbours in time are far apart on the screen: steps of the golden ratio never meet. */
function laneOf(id: number): CSSProperties {
  const lane = (id * 0.618) % 1;
  return { "--lane": lane, "--sway": `${Math.round((lane - 0.5) * 60)}px` } as CSSProperties;
}
