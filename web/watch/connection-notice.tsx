import { useEffect, useState } from "react";
import type { ConnectionState, EndReason } from "../room/connection.ts";
import { Button } from "../ui/button.tsx";

type ConnectionNoticeProps = { state: ConnectionState; onRetry: () => void };

const ended: Record<EndReason, readonly [words: string, action: string]> = {
  not_found: ["This room does not exist any more.", "Try again"],
  full: ["This room is full. Try again when somebody has left.", "Try again"],
  replaced: ["You opened this room somewhere else.", "Use it here"],
  kicked: ["You were put out of this room. You may come back.", "Come back"],
  banned: ["You were banned from this room. Only its host can change that.", "Try again"],
  locked: ["This room is locked. Ask its host to let you in, then try again.", "Try again"],
  refused: ["The room did not let you in. Load the page again to come in anew.", "Try again"],
};

/** Lies over the picture while the connection is away: what happened, and what to do. */
export function ConnectionNotice({ state, onRetry }: ConnectionNoticeProps) {
  const wait_s = useCountdown(state.kind === "waiting" ? state.retryAt_ms : null);
  if (state.kind === "online" || state.kind === "connecting") return null;
  const [words, action] = noticeFor(state, wait_s);
  return (
    <div className="absolute inset-x-3 top-3 flex flex-wrap items-center justify-between gap-3 rounded-control border border-line bg-surface/95 py-2 pr-2 pl-4 text-ink shadow-float">
      <p className="tabular-nums">{words}</p>
      <Button onClick={onRetry}>{action}</Button>
    </div>
  );
}

function noticeFor(
  state: Exclude<ConnectionState, { kind: "online" | "connecting" }>,
  wait_s: number,
): readonly [words: string, action: string] {
  if (state.kind === "ended") return ended[state.reason];
  if (state.kind === "waiting")
    return [`Connection lost. Trying again in ${Math.max(1, wait_s)} s.`, "Try now"];
  return ["Connection lost. Check your network, then try again.", "Try again"];
}

/** Whole seconds until a moment of `performance.now()`. */
function useCountdown(until_ms: number | null): number {
  const [now_ms, setNow_ms] = useState(() => performance.now());
  useEffect(() => {
    if (until_ms === null) return;
    setNow_ms(performance.now());
    const timer = setInterval(() => setNow_ms(performance.now()), 250);
    return () => clearInterval(timer);
  }, [until_ms]);
  return until_ms === null ? 0 : Math.max(0, Math.ceil((until_ms - now_ms) / 1000));
}
