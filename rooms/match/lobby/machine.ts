import { lobbyUpSchema } from "../../../protocol/match/lobby-up.ts";
import { lobbyRequestSchema } from "../../../protocol/match/requests.ts";
import { lobbyCapacity_max } from "../../../protocol/match/room-data.ts";
import { ticket_ms_max, type Wishes } from "../../../protocol/match/ticket.ts";
import { type Peer, peer_bytes_max, type RoomLimits, type RoomMachine } from "../../room.ts";
import { advance, finish } from "./alarm.ts";
import { look, request } from "./answers.ts";
import { giveUpTicket, join, leave } from "./entry.ts";
import { memosAbsent_max } from "./memos.ts";
import { breakUp, callsOpened, seat, tryPair } from "./pairs.ts";
import { setOwnStatus, tellPresence } from "./presence.ts";
import { restore } from "./restore.ts";
import { index_bytes_max } from "./ticket-index.ts";
import { keepTicket, newTicket, place, viewOf } from "./tickets.ts";
import { Turn } from "./turn.ts";
import type { LobbyState, LobbyTypes, Person } from "./types.ts";

/** Another limit than this is for measuring alone. */
const limits: RoomLimits = {
  // One more than any lobby takes, so that it is the lobby that refuses it and says when to return.
  connections_max: lobbyCapacity_max + 1,
  connections_per_member_max: 2,
  messages_per_s: 5,
  messages_burst: 30,
  strikes_max: 5,
};

/** A lobby, with the queue in it; `SPEC.md` beside this file says each rule and names it. */
export const lobbyMachine: RoomMachine<LobbyState, LobbyTypes> = {
  limits,
  worstCaseBytes,
  up: lobbyUpSchema,
  request: lobbyRequestSchema,
  restore,
  step(state, event, moment) {
    const turn = new Turn(state, moment);
    if (event.type === "alarm") state.alarm_ms = null;
    advance(turn);
    switch (event.type) {
      case "join":
        join(turn, event.peer);
        break;
      case "leave":
        leave(turn, event.peer, event.code);
        break;
      case "message":
        message(turn, event.peer, event.message);
        break;
      case "request":
        request(turn, event.request);
        break;
      case "answer":
        callsOpened(turn, event.answer);
        break;
      case "alarm":
      case "open":
        break;
    }
    finish(turn);
    return { state, effects: turn.done() };
  },
};

function message(turn: Turn, { connectionId, claims }: Peer, up: LobbyTypes["up"]): void {
  const { state } = turn;
  const person = state.people.get(claims.member);
  if (person === undefined || !state.sockets.has(connectionId)) return;
  switch (up.type) {
    case "enqueue":
      enqueue(turn, person, connectionId, up.wishes);
      return;
    case "cancel":
      giveUpTicket(turn, person.member, null, "asked");
      return;
    case "bye":
      giveUpTicket(turn, person.member, connectionId, "left");
      return;
    case "seated":
      seat(turn, person.member, up.callId);
      return;
    case "decline": {
      const pairing = state.pairs.get(up.callId);
      if (pairing?.pair.members.includes(person.member))
        breakUp(turn, pairing, person.member, { own: "asked", other: "partner_gone" });
      return;
    }
    case "status":
      setOwnStatus(turn, person, up.status);
      tellPresence(turn, person, connectionId);
      return;
    case "look":
      look(turn, person, connectionId);
      return;
  }
}

function enqueue(turn: Turn, person: Person, connectionId: string, wishes: Wishes): void {
  const { state } = turn;
  const known = state.tickets.get(person.member);
  if (known !== undefined && known.callId !== null) {
    const text = "A partner has been found already: take the seat, or decline it.";
    turn.send(connectionId, { type: "error", code: "stale_command", message: text });
    return;
  }
  const queued = known ?? newTicket(turn, person, connectionId, wishes, ticket_ms_max);
  if (known !== undefined) keepTicket(turn, known, { wishes, connectionId, absentAt_ms: null });
  else if (person.status !== "online") setOwnStatus(turn, person, "online");
  place(state, queued, turn.now_ms);
  turn.send(connectionId, { type: "waiting", ticket: viewOf(queued.ticket) });
  if (known === undefined) tellPresence(turn, person, connectionId);
  tryPair(turn, queued);
}

/** A string of `units` UTF-16 code units with its header, in bytes. */
const text_bytes = (units: number) => 2 * units + 32;
/** Facts: ten interests, six languages, four short texts, and the lists that hold them. */
const facts_bytes_max = 512 + 10 * text_bytes(24) + 6 * text_bytes(3) + 4 * text_bytes(100);
/** Packed tags are ASCII: one byte each. */
const tags_bytes_max = 4 * 510 + 64;
const person_bytes_max = 512 + facts_bytes_max + tags_bytes_max + 6 * text_bytes(64);
const wishes_bytes_max = 512 + 4 * text_bytes(24) + 12 * text_bytes(12);
/** In memory with its traits and its entries in the index and the heap, and once in storage. */
const ticket_bytes_max = 2 * (wishes_bytes_max + 4 * text_bytes(64) + 256) + 1_024;
const stats_bytes_max = 256;
const memo_bytes_max = 2 * (tags_bytes_max + text_bytes(64) + 256) + stats_bytes_max;
const pair_bytes_max = 2 * (3 * text_bytes(64) + 256);

function worstCaseBytes({ connections_max }: RoomLimits): number {
  const people = connections_max * (person_bytes_max + peer_bytes_max);
  const queue = connections_max * (ticket_bytes_max + pair_bytes_max / 2);
  const memos = (connections_max + memosAbsent_max) * memo_bytes_max;
  return people + queue + memos + index_bytes_max(connections_max);
}
