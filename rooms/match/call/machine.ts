import { z } from "zod";
import { callChat_max, callEndSchema, chatLineSchema } from "../../../protocol/match/call-down.ts";
import { callChat_length_max, callUpSchema } from "../../../protocol/match/call-up.ts";
import { callRequestSchema } from "../../../protocol/match/requests.ts";
import { type Peer, peer_bytes_max, type RoomLimits, type RoomMachine } from "../../room.ts";
import { say } from "./chat.ts";
import { advance, callDue_ms, endCall, recorded } from "./ending.ts";
import { hello, join, leave, seatOf } from "./entry.ts";
import {
  acknowledge,
  checkpointDue_ms,
  emptyLine,
  outbox_bytes_max,
  outbox_max,
  relay,
  writeCheckpoint,
} from "./lines.ts";
import { callKey, checkpointKey, Turn } from "./turn.ts";
import type { Call, CallState, CallTypes, Checkpoint, Line, Seat } from "./types.ts";

const limits: RoomLimits = {
  connections_max: 2,
  connections_per_member_max: 1,
  messages_per_s: 20,
  messages_burst: 150,
  strikes_max: 5,
};

/** A call between two; `SPEC.md` beside this file says each rule and names it. */
export const callMachine: RoomMachine<CallState, CallTypes> = {
  limits,
  worstCaseBytes,
  up: callUpSchema,
  request: callRequestSchema,
  restore,
  step(state, event, moment) {
    const turn = new Turn(state, moment);
    const due_ms = dueOf(state.call);
    if (event.type === "alarm") turn.set({ alarm_ms: null });
    // A socket that closed tells of it itself, before anybody notices that it is missing.
    if (event.type === "leave") leave(turn, event.peer, event.code);
    advance(turn);
    switch (event.type) {
      case "join":
        join(turn, event.peer);
        break;
      case "message":
        message(turn, event.peer, event.message);
        break;
      case "request":
        answer(turn, event.request);
        break;
      case "answer":
        recorded(turn, event.answer.ok);
        break;
      case "leave":
      case "alarm":
      case "open":
        break;
    }
    writeCheckpoint(turn);
    setAlarm(turn, due_ms);
    return { state: turn.state, effects: turn.done() };
  },
};

function message(turn: Turn, peer: Peer, up: CallTypes["up"]): void {
  const seat = seatOf(peer)?.seat;
  if (seat === undefined || turn.state.call === null) return;
  const { connectionId, greeted } = turn.state.lines[seat];
  if (connectionId !== peer.connectionId) return;
  if (up.type === "hello") hello(turn, seat, up.resume, up.chat);
  else if (up.type === "hangup") endCall(turn, up.reason, seat);
  else if (greeted) spoken(turn, seat, up);
}

function spoken(
  turn: Turn,
  seat: Seat,
  up: Exclude<CallTypes["up"], { type: "hello" | "hangup" }>,
): void {
  switch (up.type) {
    case "signal":
      relay(turn, seat, up);
      return;
    case "ack":
      acknowledge(turn, seat, up.epoch, up.seq);
      return;
    case "say":
      say(turn, seat, up);
      return;
  }
}

function answer(turn: Turn, request: CallTypes["request"]): void {
  if (request.type === "end") {
    endCall(turn, "removed", null);
    turn.effects.push({ type: "reply", reply: { ok: true } });
    return;
  }
  const { call } = turn.state;
  turn.effects.push({
    type: "reply",
    reply: {
      phase: phaseOf(call),
      members: call?.members.filter((_, seat) => call.arrived[seat]) ?? [],
      startedAt_ms: call?.startedAt_ms ?? null,
      endedAt_ms: call?.endedAt_ms ?? null,
      reason: call?.reason ?? null,
      server_ms: turn.now_ms,
    },
  });
}

function phaseOf(call: Call | null): "empty" | "opening" | "live" | "ended" {
  if (call === null) return "empty";
  if (call.endedAt_ms !== null) return "ended";
  return call.startedAt_ms === null ? "opening" : "live";
}

const dueOf = (call: Call | null) => (call === null ? Infinity : callDue_ms(call));

/**
 * Sets the alarm if it must ring sooner than it does, or not at all; and if the call waits for
 * something else now, because to be woken in vain costs more than the row that this takes. What only
 * the lines wait for changes with every signal, and never puts an alarm off.
 * @param before_ms what the call waited for before this step
 */
function setAlarm(turn: Turn, before_ms: number): void {
  const { call, alarm_ms } = turn.state;
  const call_ms = dueOf(call);
  const due_ms = Math.min(call_ms, checkpointDue_ms(turn));
  const next_ms = due_ms === Infinity ? null : Math.max(turn.now_ms, due_ms);
  const isSame = call_ms === before_ms && due_ms === call_ms;
  // A room that has just woken does not know its alarm, but the step that last changed what it waits
  // for has set it.
  if (alarm_ms === undefined && isSame) return;
  const isEarly = next_ms !== null && typeof alarm_ms === "number" && alarm_ms <= next_ms;
  if (isEarly && (isSame || due_ms !== call_ms)) return;
  if (next_ms === alarm_ms || (next_ms === null && alarm_ms === undefined)) return;
  turn.set({ alarm_ms: next_ms });
  turn.effects.push({ type: "alarm", at_ms: next_ms });
}

const both = <T>(item: z.ZodType<T>) => z.tuple([item, item]);
const storedCallSchema: z.ZodType<Call> = z.object({
  callId: z.string(),
  members: both(z.string()),
  openedAt_ms: z.number(),
  limit_ms: z.number(),
  enteredAt_ms: z.number(),
  arrived: both(z.boolean()),
  lostAt_ms: both(z.number().nullable()),
  generation: z.number(),
  startedAt_ms: z.number().nullable(),
  endedAt_ms: z.number().nullable(),
  reason: callEndSchema.nullable(),
  recordTries: z.number(),
  recordNext_ms: z.number(),
  recorded: z.boolean(),
});
const checkpointSchema: z.ZodType<Checkpoint> = z.object({
  lines: both(
    z.object({ epoch: z.string().nullable(), seq: z.number(), received: z.number().nullable() }),
  ),
});

/** The call as it was stored, with the sockets that are still open. */
function restore(stored: ReadonlyMap<string, unknown>, peers: readonly Peer[]): CallState {
  const kept = storedCallSchema.safeParse(stored.get(callKey)).data ?? null;
  const checkpoint = checkpointSchema.safeParse(stored.get(checkpointKey)).data;
  const chat = [...stored]
    .filter(([key]) => key.startsWith("chat/"))
    .flatMap(([, row]) => chatLineSchema.safeParse(row).data ?? [])
    .sort((a, b) => a.id - b.id);
  const seats = peers.map((peer) => ({ ...peer, found: seatOf(peer) }));
  // Whoever sits there alone has most likely said hello; a page that has not drops what it is sent.
  const sits = (at: Seat) => seats.some(({ found }) => found?.seat === at);
  const call = kept && {
    ...kept,
    arrived: kept.startedAt_ms === null ? ([sits(0), sits(1)] as const) : kept.arrived,
  };
  const lineOf = (seat: Seat): Line => {
    const connectionId = seats.findLast(({ found }) => found?.seat === seat)?.connectionId ?? null;
    const { epoch, seq, received } = checkpoint?.lines[seat] ?? emptyLine;
    const greeted = connectionId !== null && (call?.arrived[seat] ?? false);
    return { ...emptyLine, connectionId, greeted, epoch, seq, received, dropped: seq };
  };
  const cardFor = (seat: Seat) =>
    seats.findLast(({ found }) => found?.seat === seat)?.found?.data.partner ?? null;
  return {
    call,
    chat,
    partners: [cardFor(0), cardFor(1)],
    lines: [lineOf(0), lineOf(1)],
    checkpointed: checkpoint !== undefined,
    signalledAt_ms: 0,
    recording: false,
    settled: false,
    alarm_ms: undefined,
  };
}

/** A string of `units` UTF-16 code units with its header, in bytes. */
const text_bytes = (units: number) => 2 * units + 32;
const chatLine_bytes_max =
  2 * (256 + text_bytes(callChat_length_max) + text_bytes(64) + text_bytes(40));
/** What the bound counts are characters; each may take two bytes, and each message has a shell. */
const outbox_bytes = 2 * outbox_bytes_max + outbox_max * 512;
const call_bytes_max = 2 * (1_024 + 3 * text_bytes(64)) + 4_096;

function worstCaseBytes({ connections_max }: RoomLimits): number {
  return (
    call_bytes_max +
    callChat_max * chatLine_bytes_max +
    2 * outbox_bytes +
    connections_max * peer_bytes_max
  );
}
