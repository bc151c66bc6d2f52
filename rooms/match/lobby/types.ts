import type { LobbyDown } from "../../../protocol/match/lobby-down.ts";
import type { LobbyUp, OwnStatus } from "../../../protocol/match/lobby-up.ts";
import type { Facts } from "../../../protocol/match/profile-card.ts";
import type { LobbyReply, LobbyRequest } from "../../../protocol/match/requests.ts";
import type { Ice } from "../../../protocol/match/rest-lobby.ts";
import type { TicketEnd, Wishes } from "../../../protocol/match/ticket.ts";
import type { RoomClaims } from "../../../protocol/room.ts";
import type { RoomEffect, RoomTypes } from "../../room.ts";
import type { DueHeap } from "./due-heap.ts";
import type { TicketIndex } from "./ticket-index.ts";

/** Tokens to be signed, for both seats of some calls. */
export interface OpenCalls {
  readonly type: "openCalls";
  readonly calls: readonly {
    readonly callId: string;
    readonly seats: readonly [RoomClaims, RoomClaims];
    readonly lifetime_ms: number;
  }[];
}

/** The tokens, in the order of the seats; null where they could not be signed. */
export interface CallsOpened {
  readonly type: "callsOpened";
  readonly calls: readonly {
    readonly callId: string;
    readonly tokens: readonly [string, string] | null;
    /** STUN and TURN servers for each seat, where nobody else has to be asked for them. */
    readonly ice?: readonly (Ice | undefined)[];
  }[];
}

export interface LobbyTypes extends RoomTypes {
  up: LobbyUp;
  down: LobbyDown;
  request: LobbyRequest;
  reply: LobbyReply;
  task: OpenCalls;
  answer: CallsOpened;
}
export type LobbyEffect = RoomEffect<LobbyTypes>;

/** Somebody with at least one socket here. */
export interface Person {
  readonly member: string;
  readonly tag: string;
  name: string;
  facts: Facts;
  /** Packed tags, from the newest token. */
  blocks: string;
  recent: string;
  callLimit_ms: number;
  /** What they say they are; having a ticket goes before it. */
  status: OwnStatus;
  /** Their sockets, oldest first. */
  readonly connections: string[];
}

/** What a lobby remembers of a member beyond their token, stored. */
export interface Memo {
  /** Packed tags of people blocked since. */
  readonly blocks: string;
  /** Packed tags of partners met since, the latest first. */
  readonly partners: string;
  /** Packed tags of those they were paired with and no call came of it. */
  readonly missed: string;
  readonly status: OwnStatus;
  /** The last call they were led to, null for none; it may be over. */
  readonly callId: string | null;
  /** Until then their tokens, which may be older than the ban, are not taken. */
  readonly removedUntil_ms: number;
  readonly at_ms: number;
}

/** One member's place in the queue, stored. */
export interface Ticket {
  readonly id: string;
  readonly member: string;
  readonly since_ms: number;
  readonly until_ms: number;
  readonly wishes: Wishes;
  /** The socket that waits, or that did until it was lost. */
  readonly connectionId: string;
  /** Since when it is lost; null while it is here, and where nobody has noticed yet. */
  readonly absentAt_ms: number | null;
}

/** A ticket in memory, with what follows from it and from the moment. */
export interface Queued {
  ticket: Ticket;
  /** The pair it is in, and then it waits for nobody. */
  callId: string | null;
  /** When something becomes of it by itself. */
  due_ms: number;
}

/** Two who have been found to fit, until both are in their call or one is not, stored. */
export interface Pair {
  readonly callId: string;
  /** The one who has waited longer first: the impolite one. */
  readonly members: readonly [string, string];
  readonly at_ms: number;
  readonly seated: readonly [boolean, boolean];
}

export interface Pairing {
  pair: Pair;
  /** When their tokens were last asked for; null for not in this life of the room. */
  asked_ms: number | null;
  /** Both have been told. */
  told: boolean;
}

/** Counted since the lobby began, stored. */
export interface LobbyStats {
  readonly ends: Readonly<Record<TicketEnd, number>>;
  /** Waits that ended in a match, by class. */
  readonly matchTimes: readonly number[];
}

/**
 * All that a lobby knows. Unlike other rooms' states this one is changed in place, because a queue
 * of thousands cannot be copied at every message: a state that went into a step is used up by it.
 * It can be rebuilt from storage and sockets at any moment all the same.
 */
export interface LobbyState {
  /** The lobby's own id, once a token has told it. */
  room: string;
  /** Whether all is in place after a wake; the first step, which knows the moment, sees to it. */
  settled: boolean;
  readonly people: Map<string, Person>;
  /** Member by socket. */
  readonly sockets: Map<string, string>;
  readonly memos: Map<string, Memo>;
  readonly tickets: Map<string, Queued>;
  readonly pairs: Map<string, Pairing>;
  /** Those of the tickets that can be paired now. */
  readonly index: TicketIndex;
  readonly dues: DueHeap;
  /** Pairs whose tokens are still to be asked for. */
  readonly toOpen: Set<string>;
  /** Tasks under way. */
  opening: number;
  capacity: number;
  stats: LobbyStats;
  /** When the alarm rings, null for never, undefined when that is not known. */
  alarm_ms: number | null | undefined;
  /** When those who wait were last told the numbers. */
  countsTold_ms: number;
  countsChanged: boolean;
  /** When silent sockets were last looked for. */
  reaped_ms: number;
}
