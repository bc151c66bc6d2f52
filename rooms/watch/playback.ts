import {
  type Anchor,
  position_ms_max,
  positionAt_ms,
  startLead_ms,
} from "../../protocol/watch/anchor.ts";
import { durationOf_ms } from "../../protocol/watch/source-facts.ts";
import { keys } from "./keys.ts";
import { gate_ms_max } from "./limits.ts";
import { presentOf } from "./members.ts";
import type { Turn } from "./turn.ts";
import type { Gate, KeptState } from "./types.ts";

/** Length of what is shown, in milliseconds; the longest allowed where it is not known. */
export function durationNow_ms({ anchor, items }: Pick<KeptState, "anchor" | "items">): number {
  const item = items.get(anchor.itemId);
  const duration_ms = item === undefined ? undefined : durationOf_ms(item.source);
  return Math.min(duration_ms ?? position_ms_max, position_ms_max);
}

/** Where the video stands at a moment of server time, within its length. */
export function positionNow_ms(kept: KeptState, now_ms: number): number {
  return positionAt_ms(kept.anchor, now_ms, durationNow_ms(kept));
}

/** It runs, or will once the gate has opened. */
export function isRunning({ anchor, gate }: KeptState): boolean {
  return anchor.playing || gate !== null;
}

export type AnchorChange = Partial<Omit<Anchor, "seq" | "waitingFor">>;

/** Makes a new anchor, one higher in `seq`, stores it and tells everybody. */
export function setAnchor(
  turn: Turn,
  change: AnchorChange,
  by: string | null,
  closed?: { readonly gate: Gate; readonly waitingFor: string[] },
): void {
  const { waitingFor: _opened, ...current } = turn.kept.anchor;
  const next: Anchor = { ...current, ...change, seq: current.seq + 1 };
  const anchor = closed === undefined ? next : { ...next, waitingFor: closed.waitingFor };
  const gate = closed?.gate ?? null;
  turn.keep({ anchor, gate }, { [keys.anchor]: { anchor, gate } });
  turn.tell({ type: "anchor", anchor, by, server_ms: turn.now_ms });
}

/**
 * Starts the video so that all begin together: at once for somebody alone, else a little ahead, as
 * far as the slowest line needs; behind the ready gate, where the room has one.
 */
export function start(
  turn: Turn,
  change: AnchorChange,
  by: string | null,
  gate: "if the room has one" | "open",
): void {
  const { now_ms, kept } = turn;
  const present = presentOf(kept);
  if (present.length > 1 && gate !== "open" && kept.options?.gate === true) {
    const waitingFor = present.map(({ id }) => id).sort();
    const standing = { ...change, playing: false, anchorServer_ms: now_ms };
    const until_ms = now_ms + gate_ms_max;
    setAnchor(turn, standing, by, { gate: { until_ms }, waitingFor });
    turn.count("watch_gate");
    return;
  }
  const worst_ms = Math.max(0, ...present.map(({ rtt_ms }) => rtt_ms));
  const lead_ms = present.length > 1 ? startLead_ms(worst_ms) : 0;
  setAnchor(turn, { ...change, playing: true, anchorServer_ms: now_ms + lead_ms }, by);
}

/** Stops the video at a position. */
export function stop(turn: Turn, position_ms: number, by: string | null): void {
  setAnchor(turn, { position_ms, playing: false, anchorServer_ms: turn.now_ms }, by);
}
