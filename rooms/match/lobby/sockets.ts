import { memberTag } from "../../../protocol/match/member-tag.ts";
import { callLimitDefault_ms, type LobbyData } from "../../../protocol/match/room-data.ts";
import { closeCodes, type RoomClaims } from "../../../protocol/room.ts";
import { memoOf } from "./memos.ts";
import { isAbsent, keepTicket, place } from "./tickets.ts";
import type { Turn } from "./turn.ts";
import type { LobbyState, Person } from "./types.ts";

/** Puts a socket beside those of its member, whose newest token is now this one. */
export function addSocket(
  state: LobbyState,
  connectionId: string,
  { member, name }: RoomClaims,
  { facts, blocks, recent, callLimit_ms }: LobbyData,
): Person {
  const known = state.people.get(member);
  const connections = known?.connections ?? [];
  const person: Person = {
    member,
    tag: memberTag(member),
    name,
    facts,
    blocks,
    recent,
    callLimit_ms: callLimit_ms ?? callLimitDefault_ms,
    status: known?.status ?? memoOf(state, member).status,
    connections: [...connections, connectionId],
  };
  state.people.set(member, person);
  state.sockets.set(connectionId, member);
  return person;
}

/** Takes a socket out. A ticket that waited on it keeps its place for a while. */
export function dropSocket(turn: Turn, connectionId: string): void {
  const { state } = turn;
  const member = state.sockets.get(connectionId);
  const person = member === undefined ? undefined : state.people.get(member);
  if (member === undefined || person === undefined) return;
  state.sockets.delete(connectionId);
  person.connections.splice(person.connections.indexOf(connectionId), 1);
  if (person.connections.length === 0) state.people.delete(member);
  state.countsChanged = true;
  const queued = state.tickets.get(member);
  if (queued === undefined || !isAbsent(state, queued.ticket)) return;
  if (queued.ticket.absentAt_ms === null) keepTicket(turn, queued, { absentAt_ms: turn.now_ms });
  place(state, queued, turn.now_ms);
}

/** Takes out a socket of which nothing is heard any more, and closes what may be left of it. */
export function lose(turn: Turn, connectionId: string): void {
  turn.close(connectionId, closeCodes.silent, "silent");
  turn.count("match_silent_socket");
  dropSocket(turn, connectionId);
}

/** Takes out all such sockets: what they held is free again. */
export function loseSilent(turn: Turn): void {
  turn.state.reaped_ms = turn.now_ms;
  for (const connectionId of [...turn.state.sockets.keys()]) {
    if (turn.isFull) return;
    if (turn.isSilent(connectionId)) lose(turn, connectionId);
  }
}
