import { type CallData, callDataSchema } from "../../../protocol/match/room-data.ts";
import { closeCodes, type RoomError } from "../../../protocol/room.ts";
import type { Peer } from "../../room.ts";
import { afterlifeEnd_ms, grace_ms } from "./ending.ts";
import { acknowledge, beginLine, canResume, type Resume, repeatMissed } from "./lines.ts";
import { bothSeats, callKey, otherSeat, type Turn, withSeat } from "./turn.ts";
import type { Call, Seat } from "./types.ts";

const roles = ["impolite", "polite"] as const;

/** The seat that a token is for, or undefined when it fits no call. */
export function seatOf({
  claims,
}: Peer): { readonly seat: Seat; readonly data: CallData } | undefined {
  const data = callDataSchema.safeParse(claims.data);
  if (!data.success) return undefined;
  const seat = data.data.members[0] === claims.member ? 0 : 1;
  const fits = data.data.members[seat] === claims.member && roles[seat] === claims.role;
  return fits ? { seat, data: data.data } : undefined;
}

/** A socket takes its seat. It is spoken to when it has said hello. */
export function join(turn: Turn, peer: Peer): void {
  const { connectionId } = peer;
  const found = seatOf(peer);
  const { call } = turn.state;
  if (found === undefined || (call !== null && !isSameCall(call, found.data))) {
    const message = "This token does not fit this call.";
    refuse(turn, connectionId, closeCodes.tokenInvalid, { code: "token_invalid", message });
    return;
  }
  if (call?.endedAt_ms || (call === null && afterlifeEnd_ms(found.data) <= turn.now_ms)) {
    const reason = call?.reason ?? "time_limit";
    turn.sendTo(connectionId, { type: "ended", reason, by: "room" });
    turn.close(connectionId, closeCodes.callEnded, reason);
    return;
  }
  if (call === null) open(turn, peer.claims.room, found.data);
  const { seat, data } = found;
  turn.set({ partners: withSeat(turn.state.partners, seat, data.partner) });
  turn.line(seat, { connectionId, greeted: false });
}

function isSameCall({ members }: Call, data: CallData): boolean {
  return members[0] === data.members[0] && members[1] === data.members[1];
}

function refuse(
  turn: Turn,
  connectionId: string,
  closeCode: number,
  error: Omit<RoomError, "type">,
): void {
  turn.sendTo(connectionId, { type: "error", ...error });
  turn.close(connectionId, closeCode, error.code);
}

function open(turn: Turn, callId: string, { members, openedAt_ms, limit_ms }: CallData): void {
  const call: Call = {
    callId,
    members,
    openedAt_ms,
    limit_ms,
    enteredAt_ms: turn.now_ms,
    arrived: [false, false],
    lostAt_ms: [null, null],
    generation: 0,
    startedAt_ms: null,
    endedAt_ms: null,
    reason: null,
    recordTries: 0,
    recordNext_ms: 0,
    recorded: false,
  };
  turn.set({ call });
  turn.store(callKey, call);
}

/** The first word on a socket: where the page left off, or that it begins. */
export function hello(
  turn: Turn,
  seat: Seat,
  resume: Resume | undefined,
  chatSince: number | undefined,
): void {
  const { call } = turn.state;
  if (call === null) return;
  const recovered = resume !== undefined && call.arrived[seat] && canResume(turn, seat, resume);
  if (recovered) acknowledge(turn, seat, resume.epoch, resume.seq);
  else beginLine(turn, seat);
  turn.line(seat, { greeted: true });
  const returned = call.lostAt_ms[seat] !== null;
  const other = otherSeat(seat);
  const here = {
    arrived: withSeat(call.arrived, seat, true),
    lostAt_ms: withSeat(call.lostAt_ms, seat, null),
  };
  if (returned || (!call.arrived[seat] && call.arrived[other])) turn.keep(here);
  // That the first has come is stored with the coming of the second; till then the open socket tells.
  else if (!call.arrived[seat]) turn.set({ call: { ...call, ...here } });
  welcome(turn, seat, recovered ? resume.seq : 0, recovered, chatSince ?? 0);
  if (recovered) repeatMissed(turn, seat);
  if (!call.arrived[seat] || returned)
    turn.send(other, { type: "partner", state: "here", until_ms: null });
  if (!recovered && call.arrived[other]) restart(turn);
}

function welcome(turn: Turn, seat: Seat, seq: number, recovered: boolean, chatSince: number): void {
  const { call, chat, lines, partners } = turn.state;
  const partner = partners[seat];
  const memberId = call?.members[seat];
  if (call === null || partner === null || memberId === undefined) return;
  const other = otherSeat(seat);
  const here = lines[other].connectionId !== null;
  turn.send(seat, {
    type: "welcome",
    memberId,
    role: roles[seat],
    partner,
    partnerState: call.arrived[other] ? (here ? "here" : "lost") : "coming",
    epoch: turn.epochOf(seat),
    generation: call.generation,
    recovered,
    seq,
    received: lines[seat].received ?? 0,
    chat: chat.filter(({ id }) => id > chatSince),
    startedAt_ms: call.startedAt_ms,
    endsAt_ms: call.startedAt_ms === null ? null : call.startedAt_ms + call.limit_ms,
    server_ms: turn.now_ms,
  });
}

/**
 * Begins the negotiation, or begins it anew because a page has, or because something may have been
 * lost: what either has said under an older number counts for nothing.
 */
function restart(turn: Turn): void {
  const { call } = turn.state;
  if (call === null) return;
  const startedAt_ms = call.startedAt_ms ?? turn.now_ms;
  const generation = call.generation + 1;
  turn.keep({ generation, startedAt_ms });
  // Nothing has been said under this number: there is nothing that a sleep could lose.
  turn.set({ signalledAt_ms: 0 });
  if (generation > 1) turn.count("match_call_restart");
  const endsAt_ms = startedAt_ms + call.limit_ms;
  for (const seat of bothSeats)
    turn.send(seat, { type: "restart", generation, startedAt_ms, endsAt_ms });
}

/** A socket is gone. Unless another takes its place at once, its seat is missed from now on. */
export function leave(turn: Turn, peer: Peer, code: number): void {
  const found = seatOf(peer);
  const { call } = turn.state;
  if (found === undefined || call === null || call.endedAt_ms !== null) return;
  const { seat } = found;
  // A room woken by the close is restored without the socket; then nobody has been told yet.
  const { connectionId } = turn.state.lines[seat];
  if (connectionId !== null && connectionId !== peer.connectionId) return;
  turn.line(seat, { connectionId: null, greeted: false });
  if (!call.arrived[seat] || code === closeCodes.replaced) return;
  if (call.lostAt_ms[seat] === null)
    turn.keep({ lostAt_ms: withSeat(call.lostAt_ms, seat, turn.now_ms) });
  const until_ms = turn.now_ms + grace_ms;
  turn.send(otherSeat(seat), { type: "partner", state: "lost", until_ms });
}
