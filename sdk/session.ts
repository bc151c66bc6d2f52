import type { Host } from "./host.ts";
import { limits } from "./limits.ts";

export type SessionKind = "session_start" | "heartbeat" | "session_end";

/**
 * Keeps the player's session: it begins with the first event, shows a sign of life every minute while
 * somebody looks, and a new one begins after three minutes without one, as the server sees it too.
 * @param makeUuid a session's id is a uuid of version 7: the moment it began
 * @param add takes what is to be told of a session
 */
export function keepSession(
  host: Host,
  makeUuid: () => string,
  add: (kind: SessionKind, session: string) => void,
  heartbeat_ms: number,
) {
  let id: string | undefined;
  let began_ms = 0;
  let alive_ms = 0;
  let hidden = false;
  let timer: (() => void) | undefined;

  /** The session that something happens in now. */
  function current(): string {
    const now_ms = host.now_ms();
    const over =
      now_ms - alive_ms > limits.silence_ms_max || now_ms - began_ms > limits.session_ms_max;
    if (id === undefined || over) {
      id = makeUuid();
      began_ms = now_ms;
      alive_ms = now_ms;
      add("session_start", id);
    }
    if (timer === undefined && !hidden) timer = host.after(heartbeat_ms, beat);
    return id;
  }

  function beat(): void {
    timer?.();
    timer = undefined;
    const session = current();
    alive_ms = host.now_ms();
    add("heartbeat", session);
  }

  /** Nobody looks any more: a last sign of life, and none until somebody does. */
  function hide(): void {
    hidden = true;
    if (id !== undefined) beat();
  }

  function show(): void {
    hidden = false;
    if (id !== undefined) current();
  }

  function end(): void {
    timer?.();
    timer = undefined;
    if (id !== undefined) add("session_end", id);
    id = undefined;
  }

  return { current, hide, show, end };
}
