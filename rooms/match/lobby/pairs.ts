import type { TicketReason } from "../../../protocol/match/lobby-down.ts";
import type { Ice } from "../../../protocol/match/rest-lobby.ts";
import {
  type CallData,
  type CallRole,
  callAfterlife_ms,
} from "../../../protocol/match/room-data.ts";
import type { RoomClaims } from "../../../protocol/room.ts";
import { keepMemo, mayMeet, rememberPair } from "./memos.ts";
import { cardOf, setOwnStatus } from "./presence.ts";
import { lose } from "./sockets.ts";
import { endTicket, place, viewOf } from "./tickets.ts";
import { suit } from "./traits.ts";
import type { Turn } from "./turn.ts";
import type { LobbyState, LobbyTypes, Pair, Pairing, Person, Queued } from "./types.ts";

export const pairKey = (callId: string) => `pair/${callId}`;

/** How long both have to be in their call. */
export const seating_ms_max = 10_000;
/** After so long without tokens they are asked for again. */
const opening_ms_max = 3_000;
const tasks_max = 8;
const callsPerTask_max = 16;

/**
 * Looks for somebody for a ticket that can be paired. Of those who fit, it is whoever has waited
 * longest, and is still heard of.
 */
export function tryPair(turn: Turn, queued: Queued): void {
  const { state } = turn;
  const traits = state.index.traits(queued.ticket.member);
  const person = state.people.get(queued.ticket.member);
  if (traits === undefined || person === undefined) return;
  if (turn.isSilent(queued.ticket.connectionId)) {
    lose(turn, queued.ticket.connectionId);
    return;
  }
  const possible = state.index
    .candidates(traits)
    .flatMap((member) => state.tickets.get(member) ?? [])
    .sort(bySeniority);
  for (const other of possible) {
    const { member, connectionId } = other.ticket;
    const partner = state.people.get(member);
    const theirs = state.index.traits(member);
    if (partner === undefined || theirs === undefined) continue;
    if (!suit(traits, theirs) || !mayMeet(state, person, partner)) continue;
    if (turn.isSilent(connectionId)) lose(turn, connectionId);
    else {
      pairUp(turn, ...([queued, other].sort(bySeniority) as [Queued, Queued]));
      return;
    }
  }
}

function bySeniority({ ticket: a }: Queued, { ticket: b }: Queued): number {
  return a.since_ms - b.since_ms || (a.id < b.id ? -1 : 1);
}

function pairUp(turn: Turn, first: Queued, second: Queued): void {
  const { state } = turn;
  const pair: Pair = {
    callId: turn.newId(),
    members: [first.ticket.member, second.ticket.member],
    at_ms: turn.now_ms,
    seated: [false, false],
  };
  state.pairs.set(pair.callId, { pair, asked_ms: null, told: false });
  state.toOpen.add(pair.callId);
  turn.store(pairKey(pair.callId), pair);
  for (const queued of [first, second]) {
    queued.callId = pair.callId;
    place(state, queued, turn.now_ms);
  }
}

/** Asks for the tokens of new pairs, several in one task, and not for too many at once. */
export function askForTokens(turn: Turn): void {
  const { state } = turn;
  while (state.toOpen.size > 0 && state.opening < tasks_max) {
    const calls: LobbyTypes["task"]["calls"][number][] = [];
    for (const callId of state.toOpen) {
      if (calls.length === callsPerTask_max) break;
      state.toOpen.delete(callId);
      const pairing = state.pairs.get(callId);
      if (pairing === undefined) continue;
      pairing.asked_ms = turn.now_ms;
      const call = callOf(state, pairing.pair);
      if (call !== undefined) calls.push(call);
    }
    if (calls.length === 0) continue;
    state.opening += 1;
    turn.task({ type: "openCalls", calls });
  }
}

/** What a pair's tokens shall say; undefined while one of the two is away. */
function callOf(state: LobbyState, pair: Pair): LobbyTypes["task"]["calls"][number] | undefined {
  const [one, other] = pair.members.map((member) => state.people.get(member));
  if (one === undefined || other === undefined) return undefined;
  const limit_ms = Math.min(one.callLimit_ms, other.callLimit_ms);
  const claims = (person: Person, partner: Person, role: CallRole): RoomClaims => {
    const data: CallData = {
      lobby: state.room,
      members: [...pair.members],
      openedAt_ms: pair.at_ms,
      limit_ms,
      partner: cardOf(partner),
    };
    const { member, name } = person;
    return { party: "call", room: pair.callId, member, name, role, data };
  };
  return {
    callId: pair.callId,
    seats: [claims(one, other, "impolite"), claims(other, one, "polite")],
    lifetime_ms: limit_ms + callAfterlife_ms,
  };
}

/** The tokens are there: tells both, or what is left of them. */
export function callsOpened(turn: Turn, { calls }: LobbyTypes["answer"]): void {
  const { state } = turn;
  state.opening = Math.max(0, state.opening - 1);
  for (const { callId, tokens, ice = [] } of calls) {
    const pairing = state.pairs.get(callId);
    if (pairing === undefined || tokens === null) continue;
    pairing.told = true;
    for (const [seat, token] of tokens.entries())
      tellMatched(turn, pairing.pair, seat, token, ice[seat]);
  }
}

function tellMatched(turn: Turn, pair: Pair, seat: number, token: string, ice?: Ice): void {
  const { state } = turn;
  const ticket = state.tickets.get(pair.members[seat] ?? "")?.ticket;
  const partner = state.people.get(pair.members[1 - seat] ?? "");
  if (ticket === undefined || partner === undefined || pair.seated[seat]) return;
  turn.send(ticket.connectionId, {
    type: "matched",
    ticketId: ticket.id,
    callId: pair.callId,
    party: "call",
    token,
    role: seat === 0 ? "impolite" : "polite",
    partner: cardOf(partner),
    icePath: `/v1/match/calls/${pair.callId}/ice`,
    ...(ice && { ice }),
    since_ms: ticket.since_ms,
    within_ms: Math.max(0, pair.at_ms + seating_ms_max - turn.now_ms),
  });
}

/** Somebody is in the call. With both there the match stands, and both tickets end. */
export function seat(turn: Turn, member: string, callId: string): void {
  const { state } = turn;
  const pairing = state.pairs.get(callId);
  const index = pairing?.pair.members.indexOf(member) ?? -1;
  if (pairing === undefined || index < 0 || pairing.pair.seated[index]) return;
  const [first, second] = pairing.pair.seated;
  const seated = [first || index === 0, second || index === 1] as const;
  pairing.pair = { ...pairing.pair, seated };
  if (!seated[0] || !seated[1]) {
    turn.store(pairKey(callId), pairing.pair);
    return;
  }
  dissolve(turn, pairing, "partners");
  for (const one of pairing.pair.members) {
    const person = state.people.get(one);
    if (person !== undefined) setOwnStatus(turn, person, "in_call");
    const queued = state.tickets.get(one);
    if (queued !== undefined) endTicket(turn, queued, "matched", null);
  }
  keepMemo(turn, pairing.pair.members[0]);
}

/** A pair that comes to nothing because of one of the two: the other waits on, in the old place. */
export function breakUp(
  turn: Turn,
  pairing: Pairing,
  leaver: string,
  why: { readonly own: TicketReason; readonly other: TicketReason },
): void {
  dissolve(turn, pairing, "missed");
  const queued = turn.state.tickets.get(leaver);
  if (queued !== undefined) endTicket(turn, queued, "cancelled", why.own);
  for (const member of pairing.pair.members)
    if (member !== leaver) requeue(turn, member, why.other);
}

/** Time is over for a pair: who has not come is out, who has waits on. */
export function giveUp(turn: Turn, pairing: Pairing): void {
  const { pair, told } = pairing;
  dissolve(turn, pairing, "missed");
  for (const [index, member] of pair.members.entries()) {
    const queued = turn.state.tickets.get(member);
    if (queued === undefined) continue;
    if (told && !pair.seated[index]) endTicket(turn, queued, "cancelled", "no_show");
    else requeue(turn, member, told ? "no_show" : "partner_gone");
  }
}

/** Takes a pair apart. Once one has heard of the other, they are not brought together again soon. */
function dissolve(turn: Turn, { pair, told }: Pairing, list: "partners" | "missed"): void {
  const { state } = turn;
  state.pairs.delete(pair.callId);
  state.toOpen.delete(pair.callId);
  turn.store(pairKey(pair.callId), null);
  if (told || pair.seated[0] || pair.seated[1]) rememberPair(turn, list, pair);
}

function requeue(turn: Turn, member: string, reason: TicketReason): void {
  const { state } = turn;
  const queued = state.tickets.get(member);
  if (queued === undefined) return;
  queued.callId = null;
  if (queued.ticket.until_ms <= turn.now_ms) {
    endTicket(turn, queued, "timed_out", "waited_too_long");
    return;
  }
  place(state, queued, turn.now_ms);
  turn.send(queued.ticket.connectionId, {
    type: "requeued",
    ticket: viewOf(queued.ticket),
    reason,
  });
  tryPair(turn, queued);
}

/** When a pair has to be looked at again. */
export function pairDue_ms({ pair, told, asked_ms }: Pairing): number {
  const end_ms = pair.at_ms + seating_ms_max;
  return told || asked_ms === null ? end_ms : Math.min(end_ms, asked_ms + opening_ms_max);
}

/** Looks after the pairs whose time has come. */
export function tendPairs(turn: Turn): void {
  for (const pairing of [...turn.state.pairs.values()]) {
    if (turn.isFull) return;
    if (pairDue_ms(pairing) > turn.now_ms) continue;
    if (pairing.pair.at_ms + seating_ms_max <= turn.now_ms) giveUp(turn, pairing);
    else {
      pairing.asked_ms = null;
      turn.state.toOpen.add(pairing.pair.callId);
    }
  }
}
