import type { Counts, Status } from "../../../protocol/match/lobby-down.ts";
import type { OwnStatus } from "../../../protocol/match/lobby-up.ts";
import type { Card } from "../../../protocol/match/profile-card.ts";
import { memoOf, remember } from "./memos.ts";
import type { Turn } from "./turn.ts";
import type { LobbyState, Person } from "./types.ts";

/** What somebody who is here is doing. */
export function statusOf(state: LobbyState, person: Person): Status {
  return state.tickets.has(person.member) ? "waiting" : person.status;
}

export function countsOf(state: LobbyState): Counts {
  const counts = { online: 0, waiting: 0, in_call: 0, away: 0 };
  for (const person of state.people.values()) counts[statusOf(state, person)] += 1;
  return counts;
}

export function cardOf({ member, name, facts }: Person): Card {
  return { id: member, name, ...facts };
}

/** Takes what somebody says of themselves, and keeps it where a sleep would lose it. */
export function setOwnStatus(turn: Turn, person: Person, status: OwnStatus): void {
  person.status = status;
  if (memoOf(turn.state, person.member).status !== status)
    remember(turn, person.member, { status });
}

/** Tells a person's other windows what the person is doing now. */
export function tellPresence(turn: Turn, person: Person, except: string): void {
  turn.state.countsChanged = true;
  const status = statusOf(turn.state, person);
  for (const connectionId of person.connections)
    if (connectionId !== except)
      turn.send(connectionId, { type: "presence", memberId: person.member, status });
}

/** Between two tellings of the numbers, for each who waits: the more wait, the rarer. */
const counts_ms_min = 1_000;
const counts_ms_each = 5;

/** Tells those who wait the numbers, if they have changed and it is time. Nobody is woken for it. */
export function tellCounts(turn: Turn): void {
  const { state } = turn;
  if (!state.countsChanged || state.index.size === 0) return;
  const every_ms = Math.max(counts_ms_min, state.index.size * counts_ms_each);
  if (turn.now_ms - state.countsTold_ms < every_ms) return;
  state.countsTold_ms = turn.now_ms;
  state.countsChanged = false;
  const message = { type: "counts", counts: countsOf(state) } as const;
  for (const member of state.index.members())
    turn.send(state.tickets.get(member)?.ticket.connectionId, message);
}
