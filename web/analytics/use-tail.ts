import { useEffect, useEffectEvent, useState } from "react";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import { type TailEvent, tailDownSchema, tailListening_ms } from "../../protocol/analytics/tail.ts";
import { ApiProblem } from "../api/problem.ts";
import { type ConnectionState, RoomConnection, RoomEnded } from "../room/connection.ts";
import { openTail } from "./api.ts";

/** Buffers are asked again that long before they would stop telling. */
const ahead_ms = 10 * 60_000;
const look_ms = 60_000;

type OnEvents = (events: readonly TailEvent[], skipped: number) => void;

/**
 * Watches a game's tail for as long as it is shown. Buffers tell it for an hour when they are asked,
 * which every way to the socket begins with; while the socket stays open they are asked again.
 */
export function useTail(gameId: string, env: AnalyticsEnv, onEvents: OnEvents) {
  const [state, setState] = useState<ConnectionState>({ kind: "connecting" });
  const [attempt, setAttempt] = useState(0);
  const take = useEffectEvent(onEvents);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins anew
  useEffect(() => {
    let asked_ms = 0;
    let isOnline = false;
    const ask = async () => {
      const opened = await openTail(gameId, env).catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status < 429) throw new RoomEnded("refused");
        throw error;
      });
      asked_ms = Date.now();
      return opened;
    };
    const tell = (next: ConnectionState) => {
      isOnline = next.kind === "online";
      setState(next);
    };
    const connection = new RoomConnection({
      address: async () => addressOf(await ask()),
      down: tailDownSchema,
      onMessage: (message) => message.type === "events" && take(message.events, message.skipped),
      onState: tell,
    });
    const stop = () => {
      clearInterval(timer);
      connection.stop();
    };
    const timer = setInterval(() => {
      if (!isOnline || Date.now() - asked_ms < tailListening_ms - ahead_ms) return;
      // A socket that nobody tells anything is not worth the name; any other failure is tried again.
      ask().catch((error: unknown) => {
        if (!(error instanceof RoomEnded)) return;
        stop();
        tell({ kind: "ended", reason: error.reason });
      });
    }, look_ms);
    return stop;
  }, [gameId, env, attempt]);
  const again = () => {
    setState({ kind: "connecting" });
    setAttempt((old) => old + 1);
  };
  return { state, again };
}

function addressOf({ socketPath, token }: { socketPath: string; token: string }): string {
  const url = new URL(socketPath, window.location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("token", token);
  return url.href;
}
