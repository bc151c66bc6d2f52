import { useState } from "react";
import { type TailEvent, tailEvents_per_s } from "../../protocol/analytics/tail.ts";
import { Card } from "../ops/card.tsx";
import type { ConnectionState, EndReason } from "../room/connection.ts";
import { Badge, type Tone } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { useEver } from "./ever.ts";
import { FirstEvent } from "./nothing-here.tsx";
import { momentText } from "./text.ts";
import { useTail } from "./use-tail.ts";
import type { GameView } from "./view.ts";

const shown_max = 200;

/** Events as they come in. */
export function TailPart({ game, range: { env } }: GameView) {
  return <Live key={`${game.id} ${env}`} game={game} env={env} />;
}

interface Place {
  readonly game: GameView["game"];
  readonly env: GameView["range"]["env"];
}

/** The tail, and below it the way to a first event of a game that never had one. */
function Live({ game, env }: Place) {
  const ever = useEver(game, env, true);
  // Once it is there it stays, with the key that is shown this once.
  const [isNew, setIsNew] = useState(false);
  if (ever === false && !isNew) setIsNew(true);
  return (
    <div className="grid gap-4 sm:gap-6">
      <Tail game={game} env={env} />
      {isNew && <FirstEvent game={game} env={env} seen="it is seen above at once" />}
    </div>
  );
}

function Tail({ game, env }: Place) {
  const [events, setEvents] = useState<readonly TailEvent[]>([]);
  const [skipped, setSkipped] = useState(0);
  const { state, again } = useTail(game.id, env, (news, more) => {
    setEvents((old) => [...news].reverse().concat(old).slice(0, shown_max));
    setSkipped((old) => old + more);
  });
  return (
    <Card
      title="Live"
      note={`Events as buffers take them in, ${tailEvents_per_s} a second at most.`}
      aside={<Standing state={state} again={again} />}
    >
      {state.kind === "ended" && <p className="mb-3 text-bad">{endOf(state.reason)}</p>}
      {events.length === 0 ? (
        <p className="text-muted">
          {state.kind === "online"
            ? "Nothing yet. What your game sends from now on appears here."
            : "Nothing yet. Events appear here while this page is connected."}
        </p>
      ) : (
        <ol aria-label="Latest events" className="divide-y divide-line">
          {events.map((event) => (
            <li key={event.uuid} className="flex flex-wrap gap-x-3 py-1.5 text-sm">
              <span className="text-muted tabular-nums">{momentText(event.received_ms)}</span>
              <span className="font-medium">{event.kind}</span>
              <span className="break-all">
                {[event.name, event.level, event.status].filter(Boolean).join(" ")}
              </span>
              <span className="break-all text-muted">{event.player}</span>
            </li>
          ))}
        </ol>
      )}
      {skipped > 0 && (
        <p className="mt-3 text-sm text-muted">{skipped} more came and are not shown.</p>
      )}
    </Card>
  );
}

const looks: Record<ConnectionState["kind"], readonly [tone: Tone, words: string, way?: string]> = {
  connecting: ["neutral", "Connecting"],
  online: ["good", "Watching"],
  waiting: ["warn", "Offline, trying again", "Try now"],
  offline: ["bad", "Offline", "Try again"],
  ended: ["bad", "Ended", "Try again"],
};

/** How the connection stands, and what can be done about it. */
function Standing({ state, again }: { state: ConnectionState; again: () => void }) {
  const [tone, words, way] = looks[state.kind];
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-4">
      <span role="status">
        <Badge tone={tone} busy={state.kind === "connecting" || state.kind === "waiting"}>
          {words}
        </Badge>
      </span>
      {way !== undefined && <Button onClick={again}>{way}</Button>}
    </div>
  );
}

function endOf(reason: EndReason): string {
  if (reason === "full") return "As many people watch as can. Try again when somebody has gone.";
  if (reason === "refused") return "You may not watch this game, or are not signed in any more.";
  return "The connection was closed.";
}
