import type { Signal } from "../../../protocol/match/signal.ts";
import { checkpointKey, otherSeat, type Turn } from "./turn.ts";
import type { Checkpoint, Kept, Line, Seat } from "./types.ts";

/** What is kept of signals for one seat, until it has acknowledged them. */
export const outbox_max = 64;
export const outbox_bytes_max = 64 * 1024;
/**
 * Whoever acknowledges all so long after the last signal has waited for more, as pages do: the lines
 * are quiet, and where they stand is written down.
 */
const settled_ms = 200;
/** What was acknowledged sooner is quiet after so long; an alarm has to see to it. */
const quiet_ms = 5_000;

export const emptyLine: Line = {
  connectionId: null,
  greeted: false,
  epoch: null,
  seq: 0,
  outbox: [],
  dropped: 0,
  received: null,
};

/** A signal from one seat to the other: in order, once, or not at all and said so. */
export function relay(
  turn: Turn,
  from: Seat,
  { generation, number, signal }: { generation: number; number: number; signal: Signal },
): void {
  const { received } = turn.state.lines[from];
  // A number further on means that one is missing: the page repeats from what the room has.
  if (received !== null && number !== received + 1) {
    turn.send(from, { type: "received", number: received });
    turn.count(number <= received ? "match_signal_repeated" : "match_signal_early");
    return;
  }
  disturb(turn);
  turn.set({ signalledAt_ms: turn.now_ms });
  turn.line(from, { received: number });
  if (turn.state.call?.generation === generation)
    deliver(turn, otherSeat(from), generation, signal);
  else turn.count("match_signal_stale");
  turn.send(from, { type: "received", number });
}

function deliver(turn: Turn, to: Seat, generation: number, signal: Signal): void {
  const epoch = turn.epochOf(to);
  const { seq: last, outbox, dropped } = turn.state.lines[to];
  const seq = last + 1;
  const kept = within([...outbox, { seq, bytes: bytesOf(signal), generation, signal }]);
  const first = kept[0]?.seq ?? seq + 1;
  turn.line(to, { seq, outbox: kept, dropped: Math.max(dropped, outbox[0] ? first - 1 : dropped) });
  turn.send(to, { type: "signal", epoch, seq, generation, signal });
}

/** The newest of these that may be kept. */
function within(outbox: readonly Kept[]): readonly Kept[] {
  let bytes = 0;
  let from = outbox.length;
  while (from > 0 && outbox.length - from < outbox_max) {
    bytes += outbox[from - 1]?.bytes ?? 0;
    if (bytes > outbox_bytes_max) break;
    from -= 1;
  }
  return outbox.slice(from);
}

/** About what a signal takes in memory. */
function bytesOf(signal: Signal): number {
  if ("description" in signal) return 64 + signal.description.sdp.length;
  return signal.candidates.reduce((sum, one) => sum + 128 + one.candidate.length, 64);
}

/** A seat has heard all up to `seq`. */
export function acknowledge(turn: Turn, seat: Seat, epoch: string, seq: number): void {
  const { outbox, epoch: own } = turn.state.lines[seat];
  if (epoch !== own) return;
  const left = outbox.filter((kept) => kept.seq > seq);
  if (left.length === outbox.length) return;
  turn.line(seat, { outbox: left });
  const { signalledAt_ms } = turn.state;
  if (turn.now_ms - signalledAt_ms >= settled_ms) writeCheckpoint(turn, signalledAt_ms);
}

/** Where a page says it left off. */
export interface Resume {
  readonly epoch: string;
  readonly seq: number;
  readonly sent: number;
}

/** Whether nothing between this page and the room can have been lost. */
export function canResume(turn: Turn, seat: Seat, resume: Resume): boolean {
  const { epoch, seq, dropped, received } = turn.state.lines[seat];
  return (
    resume.epoch === epoch &&
    resume.seq >= dropped &&
    resume.seq <= seq &&
    received !== null &&
    resume.sent >= received
  );
}

/** Sends a page that came back what it missed. */
export function repeatMissed(turn: Turn, seat: Seat): void {
  const epoch = turn.epochOf(seat);
  for (const { seq, generation, signal } of turn.state.lines[seat].outbox)
    turn.send(seat, { type: "signal", epoch, seq, generation, signal });
}

/**
 * Begins a seat's line anew: nothing waits, and its page counts from 1 again. Under another name, so
 * that a page that never heard of it does not take the new count for the old one.
 */
export function beginLine(turn: Turn, seat: Seat): void {
  disturb(turn);
  turn.line(seat, { outbox: [], seq: 0, dropped: 0, received: 0 });
  turn.newEpoch(seat);
}

/** What was written down of the lines is not true any more from now on. */
function disturb(turn: Turn): void {
  if (!turn.state.checkpointed) return;
  turn.set({ checkpointed: false });
  turn.store(checkpointKey, null);
}

/**
 * Writes down where the lines stand, once they are quiet and nothing waits: then a page can resume
 * also after the room has slept. Off every signal's path, because frames wait for what is written.
 * @param due_ms from when on they count as quiet
 */
export function writeCheckpoint(turn: Turn, due_ms = checkpointDue_ms(turn)): void {
  const { lines } = turn.state;
  if (!owesCheckpoint(turn) || due_ms > turn.now_ms) return;
  const of = ({ epoch, seq, received }: Line) => ({ epoch, seq, received });
  const checkpoint: Checkpoint = { lines: [of(lines[0]), of(lines[1])] };
  turn.set({ checkpointed: true });
  turn.store(checkpointKey, checkpoint);
}

/** When the lines are to be written down, if nothing happens till then. */
export function checkpointDue_ms(turn: Turn): number {
  return owesCheckpoint(turn) ? turn.state.signalledAt_ms + quiet_ms : Number.POSITIVE_INFINITY;
}

/** Whether something was said since where the lines stand was last written, and all has been heard. */
function owesCheckpoint({ state }: Turn): boolean {
  const { checkpointed, call, lines, signalledAt_ms } = state;
  const waits = lines.some(({ outbox }) => outbox.length > 0);
  return !(checkpointed || waits || !call || call.endedAt_ms !== null || signalledAt_ms === 0);
}
