import { type LobbyData, lobbyDataSchema } from "../../../protocol/match/room-data.ts";
import { closeCodes, type RoomError } from "../../../protocol/room.ts";
import type { Peer } from "../../room.ts";
import { memoOf, remember } from "./memos.ts";
import { breakUp, tryPair } from "./pairs.ts";
import { countsOf, statusOf } from "./presence.ts";
import { addSocket, dropSocket, loseSilent } from "./sockets.ts";
import { endTicket, isAbsent, keepTicket, place, viewOf } from "./tickets.ts";
import type { Turn } from "./turn.ts";
import type { Queued } from "./types.ts";

/** When a full lobby says to come back, at least; and up to so much later, spread. */
const retry_ms_min = 5_000;
const retry_ms_spread = 5_000;
/** Silent sockets are looked for so often at most, however many knock at a full lobby. */
const reap_ms_min = 1_000;
/** A removed member's tokens are refused for longer than any of them lives. */
const removed_ms = 2 * 60_000;
/** A socket closed on purpose by its page (RFC 6455, section 7.4.1). */
const leftOnPurpose = 1000;

export function join(turn: Turn, { connectionId, claims }: Peer): void {
  const data = lobbyDataSchema.safeParse(claims.data);
  // Whoever comes back asks for a new token: then blocks, partners and bans are those of now.
  if (!data.success || claims.resumed) {
    refuse(turn, connectionId, closeCodes.tokenInvalid, {
      code: "token_invalid",
      message: "This token does not fit a lobby. Ask for another.",
    });
    return;
  }
  const { state } = turn;
  if (memoOf(state, claims.member).removedUntil_ms > turn.now_ms) {
    refuse(turn, connectionId, closeCodes.notAllowed, {
      code: "not_allowed",
      message: "You may not enter.",
    });
    return;
  }
  state.room = claims.room;
  state.capacity = data.data.capacity;
  if (!hasRoom(turn)) {
    refuse(turn, connectionId, closeCodes.roomFull, {
      code: "room_full",
      message: "The lobby is full.",
      retryAfter_ms: Math.round(retry_ms_min + turn.random * retry_ms_spread),
    });
    turn.count("match_lobby_full");
    return;
  }
  enter(turn, connectionId, claims, data.data);
}

function refuse(
  turn: Turn,
  connectionId: string,
  closeCode: number,
  error: Omit<RoomError, "type">,
): void {
  turn.send(connectionId, { type: "error", ...error });
  turn.close(connectionId, closeCode, error.code);
}

/** Whether one more socket has a place, once those that are gone have given up theirs. */
function hasRoom(turn: Turn): boolean {
  const { state } = turn;
  if (state.sockets.size >= state.capacity && turn.now_ms - state.reaped_ms >= reap_ms_min)
    loseSilent(turn);
  return state.sockets.size < state.capacity;
}

function enter(turn: Turn, connectionId: string, claims: Peer["claims"], data: LobbyData): void {
  const { state } = turn;
  const isFirst = !state.people.has(claims.member);
  const person = addSocket(state, connectionId, claims, data);
  // What somebody said they were doing when they were last here is over.
  if (isFirst && person.status !== "online") {
    person.status = "online";
    remember(turn, person.member, { status: "online" });
  }
  state.countsChanged = true;
  const queued = state.tickets.get(person.member);
  const takesUp = queued !== undefined && isAbsent(state, queued.ticket);
  if (takesUp) keepTicket(turn, queued, { connectionId, absentAt_ms: null });
  turn.send(connectionId, {
    type: "welcome",
    memberId: person.member,
    status: statusOf(state, person),
    counts: countsOf(state),
    ticket: takesUp ? viewOf(queued.ticket) : null,
    server_ms: turn.now_ms,
  });
  if (takesUp) resume(turn, queued);
}

/** Takes up again what waited for somebody who is back. */
function resume(turn: Turn, queued: Queued): void {
  if (queued.callId !== null) turn.state.toOpen.add(queued.callId);
  else {
    place(turn.state, queued, turn.now_ms);
    tryPair(turn, queued);
  }
}

/** A socket is gone. On purpose ends its ticket; a lost line is waited for. */
export function leave(turn: Turn, { connectionId, claims }: Peer, code: number): void {
  dropSocket(turn, connectionId);
  if (code === leftOnPurpose) giveUpTicket(turn, claims.member, connectionId, "left");
}

/** Ends a ticket that waits on this socket, at whatever stage it is. */
export function giveUpTicket(
  turn: Turn,
  member: string,
  connectionId: string | null,
  own: "asked" | "left" | "removed",
): void {
  const { state } = turn;
  const queued = state.tickets.get(member);
  if (queued === undefined) return;
  if (connectionId !== null && queued.ticket.connectionId !== connectionId) return;
  const pairing = queued.callId === null ? undefined : state.pairs.get(queued.callId);
  if (pairing === undefined) endTicket(turn, queued, "cancelled", own);
  else breakUp(turn, pairing, member, { own, other: "partner_gone" });
}

/**
 * Puts a member out, and keeps them out until their tokens have expired.
 * @returns the last call they were led to, which may still go on
 */
export function removeMember(turn: Turn, member: string): string | null {
  const { state } = turn;
  giveUpTicket(turn, member, null, "removed");
  for (const connectionId of [...(state.people.get(member)?.connections ?? [])]) {
    refuse(turn, connectionId, closeCodes.notAllowed, {
      code: "not_allowed",
      message: "You may not stay.",
    });
    dropSocket(turn, connectionId);
  }
  remember(turn, member, { removedUntil_ms: turn.now_ms + removed_ms, status: "online" });
  return memoOf(state, member).callId;
}
