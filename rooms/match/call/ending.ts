import type { CallEnd } from "../../../protocol/match/call-down.ts";
import { callAfterlife_ms } from "../../../protocol/match/room-data.ts";
import { closeCodes } from "../../../protocol/room.ts";
import { chatKey } from "./chat.ts";
import { emptyLine } from "./lines.ts";
import { bothSeats, type Turn } from "./turn.ts";
import type { Call, Seat } from "./types.ts";

/** How long a lost partner is waited for. */
export const grace_ms = 10_000;
/** How long after the first the second may come. */
export const noShow_ms = 15_000;
/** Tries to record a call's outcome, the second after so long, each wait twice the last. */
export const recordTries_max = 10;
const recordWait_ms = 2_000;
const recordWait_ms_max = 5 * 60_000;

/** Ends the call: tells both, closes, and sees to it that the outcome is kept. */
export function endCall(turn: Turn, reason: CallEnd, by: Seat | null): void {
  const { call, chat, lines } = turn.state;
  if (call === null || call.endedAt_ms !== null) return;
  for (const seat of bothSeats) {
    turn.send(seat, {
      type: "ended",
      reason,
      by: by === null ? "room" : seat === by ? "you" : "partner",
    });
    const { connectionId } = lines[seat];
    if (connectionId !== null) turn.close(connectionId, closeCodes.callEnded, reason);
  }
  for (const { id } of chat) turn.store(chatKey(id), null);
  // Where the lines stood says nothing of anybody, and goes with the rest: to delete it costs a row.
  turn.set({ chat: [], lines: [emptyLine, emptyLine] });
  // A call that never began is nothing to remember.
  turn.keep({ endedAt_ms: turn.now_ms, reason, recorded: call.startedAt_ms === null });
  turn.count(`match_call_${reason}`);
  record(turn);
}

/** Hands the outcome over, and again with longer and longer waits until it has been taken. */
export function record(turn: Turn): void {
  const { call, recording } = turn.state;
  if (call === null || !owesRecord(call) || recording || call.recordNext_ms > turn.now_ms) return;
  if (call.recordTries >= recordTries_max) {
    turn.count("match_call_record_lost");
    turn.keep({ recorded: true });
    return;
  }
  const wait_ms = Math.min(recordWait_ms_max, recordWait_ms * 2 ** call.recordTries);
  turn.set({ recording: true });
  turn.keep({ recordTries: call.recordTries + 1, recordNext_ms: turn.now_ms + wait_ms });
  const { callId, members, startedAt_ms, endedAt_ms, reason } = call;
  if (startedAt_ms === null || endedAt_ms === null || reason === null) return;
  const outcome = { callId, members, startedAt_ms, endedAt_ms, reason };
  turn.effects.push({ type: "task", task: { type: "record", outcome } });
}

export function recorded(turn: Turn, ok: boolean): void {
  turn.set({ recording: false });
  if (ok && turn.state.call !== null && !turn.state.call.recorded) turn.keep({ recorded: true });
}

function owesRecord({ endedAt_ms, recorded }: Call): boolean {
  return endedAt_ms !== null && !recorded;
}

/** The moment from which on no token of the call is good any more, and nothing of it is needed. */
export function afterlifeEnd_ms({ openedAt_ms, limit_ms }: Pick<Call, "openedAt_ms" | "limit_ms">) {
  return openedAt_ms + limit_ms + callAfterlife_ms;
}

/** What the moment brings: a limit reached, somebody missed for too long, a record owed. */
export function advance(turn: Turn): void {
  if (!turn.state.settled) noticeAbsent(turn);
  const { call } = turn.state;
  if (call === null) return;
  if (call.endedAt_ms !== null) {
    // A try whose answer never came is over when the next is due.
    if (call.recordNext_ms <= turn.now_ms) turn.set({ recording: false });
    record(turn);
    if (turn.state.call?.recorded && afterlifeEnd_ms(call) <= turn.now_ms) {
      turn.set({ call: null, partners: [null, null] });
      turn.effects.push({ type: "forget" });
    }
    return;
  }
  const { startedAt_ms, enteredAt_ms, limit_ms, lostAt_ms } = call;
  if (startedAt_ms === null && enteredAt_ms + noShow_ms <= turn.now_ms)
    endCall(turn, "no_show", null);
  else if (startedAt_ms !== null && startedAt_ms + limit_ms <= turn.now_ms)
    endCall(turn, lostAt_ms.every((at_ms) => at_ms === null) ? "time_limit" : "partner_lost", null);
  else if (startedAt_ms !== null && lostAt_ms.some((at_ms) => isOver(at_ms, turn.now_ms)))
    endCall(turn, "partner_lost", null);
}

const isOver = (lostAt_ms: number | null, now_ms: number) =>
  lostAt_ms !== null && lostAt_ms + grace_ms <= now_ms;

/** Whoever's socket did not survive the room's sleep is missing from now on. */
function noticeAbsent(turn: Turn): void {
  turn.set({ settled: true });
  for (const seat of bothSeats) {
    const { call, lines } = turn.state;
    if (call === null || call.endedAt_ms !== null) return;
    if (!call.arrived[seat] || lines[seat].connectionId !== null || call.lostAt_ms[seat] !== null)
      continue;
    const [first, second] = call.lostAt_ms;
    turn.keep({ lostAt_ms: seat === 0 ? [turn.now_ms, second] : [first, turn.now_ms] });
  }
}

/** When the call changes by itself, or infinity. */
export function callDue_ms(call: Call): number {
  if (call.endedAt_ms !== null) return call.recorded ? afterlifeEnd_ms(call) : call.recordNext_ms;
  if (call.startedAt_ms === null) return call.enteredAt_ms + noShow_ms;
  const lost = call.lostAt_ms.map((at_ms) => (at_ms === null ? Infinity : at_ms + grace_ms));
  return Math.min(call.startedAt_ms + call.limit_ms, ...lost);
}
