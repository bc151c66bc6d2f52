import { type ReactNode, useEffect, useEffectEvent } from "react";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import type { Game } from "../../protocol/analytics/game.ts";
import { later } from "../ui/later.tsx";
import { onDemand } from "../ui/on-demand.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { useEver } from "./ever.ts";
import { emptyAgain_s, seenWithin_s } from "./first-seen.ts";
import { waitText } from "./text.ts";

const Waiting = () => <Skeleton className="h-72 rounded-card" />;

/** How to send the first event: only a new game needs it. */
export const FirstEvent = later(
  onDemand(async () => (await import("./first-event.tsx")).FirstEvent),
  Waiting,
);

interface Place {
  readonly game: Game;
  readonly env: AnalyticsEnv;
  /** Asks for the report once more. */
  readonly again: () => void;
}

/** What stands in place of a report with nothing in it: the way to a first event, or what it says itself. */
export function NothingHere({ children, ...place }: Place & { readonly children: ReactNode }) {
  const ever = useEver(place.game, place.env, true);
  if (ever === undefined) return <Waiting />;
  return ever ? children : <FirstEventHere {...place} />;
}

/** The way to a first event, and a look for it while somebody has the page before them. */
export function FirstEventHere({ game, env, again }: Place) {
  const look = useEffectEvent(again);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || look(), emptyAgain_s * 1_000);
    return () => clearInterval(timer);
  }, []);
  const within = waitText(seenWithin_s(game.settings.flushEvery_s));
  return <FirstEvent game={game} env={env} seen={`it is on this page within ${within}`} />;
}
