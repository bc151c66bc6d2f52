import { askForTokens, pairDue_ms, tendPairs, tryPair } from "./pairs.ts";
import { tellCounts } from "./presence.ts";
import { endTicket, isAbsent, place } from "./tickets.ts";
import type { Turn } from "./turn.ts";
import type { LobbyState, Queued } from "./types.ts";

/** Alarms ring on multiples of this, so that what is due at about the same time needs one. */
const alarm_ms_step = 250;
/** Tickets looked at in one step; the next follows at once. */
const batch_max = 256;

/** Brings the state up to the moment: the first thing in every step, whatever the event. */
export function advance(turn: Turn): void {
  if (!turn.state.settled) settle(turn);
  tendPairs(turn);
  tendTickets(turn);
}

/** After a wake: everything in its place. Whose socket did not survive is absent from now on. */
function settle(turn: Turn): void {
  const { state } = turn;
  state.settled = true;
  for (const callId of state.pairs.keys()) state.toOpen.add(callId);
  for (const queued of state.tickets.values()) {
    if (isAbsent(state, queued.ticket) && queued.ticket.absentAt_ms === null)
      queued.ticket = { ...queued.ticket, absentAt_ms: turn.now_ms };
    place(state, queued, turn.now_ms);
    // Wishes may have given way while the room slept.
    if (state.index.has(queued.ticket.member)) lookAgain(state, queued, turn.now_ms);
  }
}

function lookAgain(state: LobbyState, queued: Queued, at_ms: number): void {
  queued.due_ms = at_ms;
  state.dues.push({ at_ms, member: queued.ticket.member });
}

function tendTickets(turn: Turn): void {
  const { state } = turn;
  const changed: Queued[] = [];
  while (!turn.isFull && changed.length < batch_max) {
    const due = state.dues.first;
    if (due === undefined || due.at_ms > turn.now_ms) break;
    state.dues.pop();
    const queued = state.tickets.get(due.member);
    if (queued === undefined || queued.due_ms !== due.at_ms) continue;
    if (isAbsent(state, queued.ticket)) endTicket(turn, queued, "cancelled", "lost");
    else if (queued.ticket.until_ms <= turn.now_ms)
      endTicket(turn, queued, "timed_out", "waited_too_long");
    else {
      place(state, queued, turn.now_ms);
      changed.push(queued);
    }
  }
  for (const queued of changed)
    if (!state.index.has(queued.ticket.member)) continue;
    else if (turn.isFull) lookAgain(state, queued, turn.now_ms);
    else tryPair(turn, queued);
}

/** The last thing in every step: asks for what is needed, tells the numbers, sets the alarm. */
export function finish(turn: Turn): void {
  const { state } = turn;
  askForTokens(turn);
  tellCounts(turn);
  const next_ms = nextAlarm_ms(state, turn.now_ms);
  const { alarm_ms } = state;
  // One that rings too early is cheaper than setting it anew.
  if (next_ms !== null && typeof alarm_ms === "number" && alarm_ms <= next_ms) return;
  if (next_ms === alarm_ms || (next_ms === null && alarm_ms === undefined)) return;
  state.alarm_ms = next_ms;
  turn.alarm(next_ms);
}

/** When somebody must look again by themselves, or null: then the lobby may sleep for good. */
function nextAlarm_ms(state: LobbyState, now_ms: number): number | null {
  let next_ms = Number.POSITIVE_INFINITY;
  for (const pairing of state.pairs.values()) next_ms = Math.min(next_ms, pairDue_ms(pairing));
  next_ms = Math.min(next_ms, state.index.size >= 2 ? soonest_ms(state) : soonestEnd_ms(state));
  if (next_ms === Number.POSITIVE_INFINITY) return null;
  return Math.max(now_ms, Math.ceil(next_ms / alarm_ms_step) * alarm_ms_step);
}

function soonest_ms(state: LobbyState): number {
  for (;;) {
    const { first } = state.dues;
    if (first === undefined) return Number.POSITIVE_INFINITY;
    if (state.tickets.get(first.member)?.due_ms === first.at_ms) return first.at_ms;
    state.dues.pop();
  }
}

/** With at most one who waits, a wish that gives way changes nothing; only ends are of interest. */
function soonestEnd_ms(state: LobbyState): number {
  let next_ms = Number.POSITIVE_INFINITY;
  for (const { ticket, callId, due_ms } of state.tickets.values()) {
    if (callId !== null) continue;
    const end_ms = isAbsent(state, ticket) ? due_ms : ticket.until_ms;
    next_ms = Math.min(next_ms, end_ms);
  }
  return next_ms;
}
