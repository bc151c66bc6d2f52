import type { TicketReason } from "../../../protocol/match/lobby-down.ts";
import { nextRelaxation_ms, relaxedWishes } from "../../../protocol/match/relaxation.ts";
import { matchTimeBounds_ms } from "../../../protocol/match/requests.ts";
import type { TicketEnd, TicketView, Wishes } from "../../../protocol/match/ticket.ts";
import { tellPresence } from "./presence.ts";
import { traitsOf } from "./traits.ts";
import type { Turn } from "./turn.ts";
import type { LobbyState, LobbyStats, Person, Queued, Ticket } from "./types.ts";

export const ticketKey = (member: string) => `ticket/${member}`;
export const statsKey = "stats";

/** How long somebody whose line broke keeps their place. */
export const absence_ms_max = 10_000;

export function viewOf({ id, since_ms, until_ms, wishes }: Ticket): TicketView {
  return { ticketId: id, since_ms, until_ms, wishes };
}

/** Keeps a ticket as it is now, in memory and in storage. */
export function keepTicket(turn: Turn, queued: Queued, change: Partial<Ticket>): void {
  queued.ticket = { ...queued.ticket, ...change };
  turn.store(ticketKey(queued.ticket.member), queued.ticket);
}

/** Whether the socket that waits is gone. */
export function isAbsent(state: LobbyState, { connectionId }: Ticket): boolean {
  return !state.sockets.has(connectionId);
}

/**
 * Puts a ticket where it belongs by now: among those who can be paired, with wishes as they have
 * become, or not. And notes when it has to be looked at again.
 */
export function place(state: LobbyState, queued: Queued, now_ms: number): void {
  const { ticket, callId } = queued;
  const person = state.people.get(ticket.member);
  if (callId !== null) {
    state.index.remove(ticket.member);
    queued.due_ms = Number.POSITIVE_INFINITY;
  } else if (isAbsent(state, ticket) || person === undefined) {
    state.index.remove(ticket.member);
    queued.due_ms = (ticket.absentAt_ms ?? now_ms) + absence_ms_max;
  } else {
    const waited_ms = now_ms - ticket.since_ms;
    state.index.put(ticket.member, traitsOf(person.facts, relaxedWishes(ticket.wishes, waited_ms)));
    queued.due_ms = nextStep_ms(ticket, now_ms);
  }
  if (Number.isFinite(queued.due_ms))
    state.dues.push({ at_ms: queued.due_ms, member: ticket.member });
  // What is no longer due is thrown out now and then, so that the heap stays as small as the queue.
  if (state.dues.size > 64 + 4 * state.tickets.size) state.dues.reset(duesOf(state));
}

function* duesOf(state: LobbyState) {
  for (const [member, { due_ms }] of state.tickets)
    if (Number.isFinite(due_ms)) yield { at_ms: due_ms, member };
}

/** When a ticket that waits changes by itself: a wish gives way, or its time is over. */
function nextStep_ms({ since_ms, until_ms, wishes }: Ticket, now_ms: number): number {
  const next_ms = nextRelaxation_ms(wishes, now_ms - since_ms);
  return next_ms === null ? until_ms : Math.min(until_ms, since_ms + next_ms);
}

/** Ends a ticket, the one way every ticket goes. */
export function endTicket(
  turn: Turn,
  queued: Queued,
  end: TicketEnd,
  reason: TicketReason | null,
): void {
  const { state } = turn;
  const { ticket } = queued;
  state.tickets.delete(ticket.member);
  state.index.remove(ticket.member);
  queued.due_ms = Number.POSITIVE_INFINITY;
  turn.store(ticketKey(ticket.member), null);
  state.stats = counted(state.stats, end, turn.now_ms - ticket.since_ms);
  // A match keeps a memo of both, and the counts with it.
  if (end !== "matched") turn.store(statsKey, state.stats);
  turn.count(`match_${end}`);
  turn.send(ticket.connectionId, { type: "ended", ticketId: ticket.id, end, reason });
  const person = state.people.get(ticket.member);
  if (person !== undefined) tellPresence(turn, person, ticket.connectionId);
}

function counted(stats: LobbyStats, end: TicketEnd, waited_ms: number): LobbyStats {
  const ends = { ...stats.ends, [end]: stats.ends[end] + 1 };
  if (end !== "matched") return { ...stats, ends };
  const found = matchTimeBounds_ms.findIndex((bound_ms) => waited_ms <= bound_ms);
  const classNumber = found < 0 ? matchTimeBounds_ms.length : found;
  const matchTimes = stats.matchTimes.map((n, at) => (at === classNumber ? n + 1 : n));
  return { ends, matchTimes };
}

/** A new place at the end of the queue. */
export function newTicket(
  turn: Turn,
  person: Person,
  connectionId: string,
  wishes: Wishes,
  wait_ms_max: number,
): Queued {
  const ticket: Ticket = {
    id: turn.newId(),
    member: person.member,
    since_ms: turn.now_ms,
    until_ms: turn.now_ms + wait_ms_max,
    wishes,
    connectionId,
    absentAt_ms: null,
  };
  const queued: Queued = { ticket, callId: null, due_ms: Number.POSITIVE_INFINITY };
  turn.state.tickets.set(person.member, queued);
  turn.store(ticketKey(person.member), ticket);
  return queued;
}
