import { look_max } from "../../../protocol/match/lobby-down.ts";
import { matchTimeBounds_ms, type LobbyState as Report } from "../../../protocol/match/requests.ts";
import { removeMember } from "./entry.ts";
import { forgetBlock, mayMeet, rememberBlock } from "./memos.ts";
import { breakUp } from "./pairs.ts";
import { cardOf, countsOf, statusOf } from "./presence.ts";
import { loseSilent } from "./sockets.ts";
import type { Turn } from "./turn.ts";
import type { LobbyState, LobbyTypes, Person, Queued } from "./types.ts";

/** Answers a function. */
export function request(turn: Turn, asked: LobbyTypes["request"]): void {
  const { state } = turn;
  switch (asked.type) {
    case "state":
      loseSilent(turn);
      turn.reply(report(state, turn.now_ms));
      return;
    case "block":
      rememberBlock(turn, asked.by, asked.member);
      partBlocked(turn, asked.by, asked.member);
      turn.reply({ ok: true });
      return;
    case "unblock":
      forgetBlock(turn, asked.by, asked.member);
      turn.reply({ ok: true });
      return;
    case "remove":
      turn.reply({ ok: true, callId: removeMember(turn, asked.member) });
      return;
    case "presence": {
      const here = asked.members.flatMap((member) => state.people.get(member) ?? []);
      const statuses = here.map((person) => [person.member, statusOf(state, person)] as const);
      turn.reply({ statuses: Object.fromEntries(statuses) });
      return;
    }
  }
}

/** Two who were just brought together, and now must not be. */
function partBlocked(turn: Turn, by: string, member: string): void {
  const callId = turn.state.tickets.get(by)?.callId;
  const pairing = callId ? turn.state.pairs.get(callId) : undefined;
  if (pairing === undefined || !pairing.pair.members.includes(member)) return;
  breakUp(turn, pairing, by, { own: "asked", other: "partner_gone" });
}

function report(state: LobbyState, now_ms: number): Report {
  return {
    users: state.people.size,
    connections: state.sockets.size,
    capacity: state.capacity,
    utilisation: state.sockets.size / state.capacity,
    statuses: countsOf(state),
    queueDepth: state.index.size,
    oldestWait_ms: oldestWait_ms(state, now_ms),
    pairing: state.pairs.size,
    tickets: state.stats.ends,
    matchTimes: [...state.stats.matchTimes],
    server_ms: now_ms,
  };
}

function oldestWait_ms(state: LobbyState, now_ms: number): number {
  let since_ms = now_ms;
  for (const member of state.index.members())
    since_ms = Math.min(since_ms, state.tickets.get(member)?.ticket.since_ms ?? now_ms);
  return now_ms - since_ms;
}

/** Shows somebody who has waited longest, of those they may meet. */
export function look(turn: Turn, person: Person, connectionId: string): void {
  const { state } = turn;
  const longest: Queued[] = [];
  for (const member of state.index.members()) {
    const queued = state.tickets.get(member);
    const other = state.people.get(member);
    if (queued === undefined || other === undefined) continue;
    const last = longest[look_max - 1];
    if (last !== undefined && last.ticket.since_ms <= queued.ticket.since_ms) continue;
    if (!mayMeet(state, person, other)) continue;
    longest.push(queued);
    longest.sort((a, b) => a.ticket.since_ms - b.ticket.since_ms).splice(look_max);
  }
  const people = longest.flatMap(({ ticket: { member, since_ms } }) => {
    const other = state.people.get(member);
    return other === undefined ? [] : [{ ...cardOf(other), since_ms }];
  });
  turn.send(connectionId, {
    type: "queue",
    counts: countsOf(state),
    oldestWait_ms: oldestWait_ms(state, turn.now_ms),
    ...usualWait(state.stats.matchTimes),
    people,
  });
}

/** Fewer waits than these say nothing of the next. */
const waits_min = 20;

/** The bound of the class that half of all waits lie within. */
function usualWait(matchTimes: readonly number[]): { readonly usualWait_ms?: number } {
  const all = matchTimes.reduce((sum, count) => sum + count, 0);
  if (all < waits_min) return {};
  let reached = 0;
  const half = matchTimes.findIndex((count) => {
    reached += count;
    return reached >= all / 2;
  });
  const usualWait_ms = matchTimeBounds_ms[half];
  return usualWait_ms === undefined ? {} : { usualWait_ms };
}
