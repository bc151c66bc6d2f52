import { useEffect, useState } from "react";
import { type TailEvent, tailDownSchema, tailEvents_per_s } from "../../protocol/analytics/tail.ts";
import { ApiProblem } from "../api/problem.ts";
import { Card } from "../ops/card.tsx";
import { type ConnectionState, RoomConnection, RoomEnded } from "../room/connection.ts";
import { Badge } from "../ui/badge.tsx";
import { openTail } from "./api.ts";
import { momentText } from "./text.ts";
import type { GameView } from "./view.ts";

const shown_max = 200;

/** Events as they come in. */
export function TailPart({ game, range }: GameView) {
  return <Tail key={`${game.id} ${range.env}`} gameId={game.id} env={range.env} />;
}

function Tail({ gameId, env }: { gameId: string; env: GameView["range"]["env"] }) {
  const [state, setState] = useState<ConnectionState>({ kind: "connecting" });
  const [events, setEvents] = useState<readonly TailEvent[]>([]);
  const [skipped, setSkipped] = useState(0);
  useEffect(() => {
    const connection = new RoomConnection({
      address: () => addressOf(gameId, env),
      down: tailDownSchema,
      onMessage: (message) => {
        if (message.type !== "events") return;
        const news = [...message.events].reverse();
        setEvents((old) => [...news, ...old].slice(0, shown_max));
        setSkipped((old) => old + message.skipped);
      },
      onState: setState,
    });
    return () => connection.stop();
  }, [gameId, env]);
  return (
    <Card
      title="Live"
      note={`Events as buffers take them in, ${tailEvents_per_s} a second at most.`}
      aside={
        <Badge tone={state.kind === "online" ? "good" : "warn"} busy={state.kind !== "online"}>
          {state.kind === "online" ? "Watching" : "Connecting"}
        </Badge>
      }
    >
      {events.length === 0 ? (
        <p className="text-muted">Nothing yet. What your game sends from now on appears here.</p>
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

async function addressOf(gameId: string, env: GameView["range"]["env"]): Promise<string> {
  try {
    const { socketPath, token } = await openTail(gameId, env);
    const url = new URL(socketPath, window.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("token", token);
    return url.href;
  } catch (error) {
    if (error instanceof ApiProblem && error.status < 429) throw new RoomEnded("refused");
    throw error;
  }
}
