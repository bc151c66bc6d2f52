import { start } from "./playback.ts";
import type { Speaker, Turn } from "./turn.ts";

/** A player is ready to start at the anchor that stands. */
export function ready(turn: Turn, { member }: Speaker, seq: number): void {
  const { anchor, gate } = turn.kept;
  if (gate === null || seq !== anchor.seq) return;
  waitNoMore(turn, [member.id]);
}

/** Whoever is not there any more holds nobody up. */
export function dropAbsent(turn: Turn): void {
  const { anchor, gate, members } = turn.kept;
  if (gate === null) return;
  const absent = (anchor.waitingFor ?? []).filter((id) => members.get(id)?.away_ms !== null);
  if (absent.length > 0) waitNoMore(turn, absent);
}

function waitNoMore(turn: Turn, ids: readonly string[]): void {
  const { anchor } = turn.kept;
  const before = anchor.waitingFor ?? [];
  const waitingFor = before.filter((id) => !ids.includes(id));
  if (waitingFor.length === before.length) return;
  // Not stored: whoever was ready before a sleep is at worst waited for until the 5 s are over.
  turn.keep({ anchor: { ...anchor, waitingFor } });
  if (waitingFor.length === 0) openGate(turn);
  else turn.tellSoon({ type: "gate", seq: anchor.seq, waitingFor }, { key: "gate" });
}

/** Starts what the gate held back. */
export function openGate(turn: Turn): void {
  const { position_ms } = turn.kept.anchor;
  start(turn, { position_ms }, null, "open");
}

/** Opens a gate that was closed for as long as it may be. */
export function openLateGate(turn: Turn): void {
  const { gate } = turn.kept;
  if (gate === null || turn.now_ms < gate.until_ms) return;
  turn.count("watch_gate_late");
  openGate(turn);
}
