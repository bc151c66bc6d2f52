import type { Anchor } from "../../protocol/watch/anchor.ts";
import type { ChatMessage, Reaction } from "../../protocol/watch/chat.ts";
import type { WatchDown } from "../../protocol/watch/down.ts";
import type { RoomOptions } from "../../protocol/watch/options.ts";
import type { WatchRole } from "../../protocol/watch/permissions.ts";
import type { QueueItem } from "../../protocol/watch/queue.ts";
import type { WatchReply, WatchRequest } from "../../protocol/watch/request.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import type { RoomEffect, RoomTypes } from "../room.ts";

/** What strangers may know of a room, for the public list. */
export interface Announcement {
  readonly title: string;
  readonly people: number;
  readonly capacity: number;
  readonly mediaTitle: string;
  readonly locked: boolean;
  readonly hasPassword: boolean;
  readonly activeAt_ms: number;
}

/** Outside work of a watch room. */
export type WatchTask =
  /** Put it into the public list, or say anew how it is. */
  | { readonly type: "announce"; readonly entry: Announcement }
  /** Take it out of the public list. */
  | { readonly type: "withdraw" }
  /** Delete the room's row, and take it out of the public list. */
  | { readonly type: "expire" }
  /** Add what pages have reported since the last time to the figures of all rooms. */
  | { readonly type: "tell"; readonly heard: Heard };

/** What pages report, added up. */
export interface Heard {
  readonly drift: readonly number[];
  readonly corrections: number;
  readonly stalls: number;
  readonly resumes: number;
  readonly gateWaits: number;
}

/** What came of a task; a task that fails says so, too. */
export interface WatchAnswer {
  readonly task: WatchTask["type"];
  readonly ok: boolean;
}

/** What a watch room speaks. */
export interface WatchTypes extends RoomTypes {
  up: WatchUp;
  down: WatchDown;
  request: WatchRequest;
  reply: WatchReply;
  task: WatchTask;
  answer: WatchAnswer;
}
export type WatchEffect = RoomEffect<WatchTypes>;

/** Somebody who is in the room, or whose line was lost a moment ago. */
export interface Member {
  readonly id: string;
  readonly name: string;
  /** What the token says; the room's own word on roles comes before it. */
  readonly tokenRole: WatchRole;
  /** A mark of the account or lineage behind the member, for bans. */
  readonly session: string;
  /** Since when without a gap longer than the grace. */
  readonly since_ms: number;
  /** Round trip, rounded up; steps of it decide how far ahead a start is scheduled. */
  readonly rtt_ms: number;
  /** When the last line was lost; null while there is one. */
  readonly away_ms: number | null;
}

/** Who has which role, as far as the tokens do not say it. */
export interface Roles {
  /** The one host; null until somebody came with a host's token. */
  readonly host: string | null;
  /** Since when the host has no line; null while there is one. */
  readonly hostGone_ms: number | null;
  /** Roles that were given or taken in the room, by member. */
  readonly given: Readonly<Record<string, "cohost" | "viewer">>;
}

/** An item of the queue, and who voted on it. */
export interface Item extends Omit<QueueItem, "votes"> {
  readonly voters: readonly string[];
}

/** The ready gate, while it is closed. */
export interface Gate {
  readonly until_ms: number;
}

export interface Message extends Omit<ChatMessage, "reactions"> {
  /** Where in the ring it is stored. */
  readonly slot: number;
  /** By member, in the order of reacting; each has one. */
  readonly reactors: Readonly<Record<string, Reaction>>;
}

export interface Banned {
  readonly id: string;
  readonly name: string;
  /** Null for somebody who was not there when banned. */
  readonly session: string | null;
  readonly at_ms: number;
}

export interface Stats extends Heard {
  readonly since_ms: number;
  readonly stored_ms: number;
  readonly messages: number;
  readonly peak: number;
  /** How much of it the figures of all rooms have. */
  readonly told: Heard;
}

/** All that a watch room must not lose: each part can be rebuilt from storage and the sockets. */
export interface KeptState {
  /** Null in a room that nobody has opened yet, or that is over. */
  readonly options: RoomOptions | null;
  readonly anchor: Anchor;
  readonly gate: Gate | null;
  readonly roles: Roles;
  /** By id, in the order of coming. */
  readonly members: ReadonlyMap<string, Member>;
  /** Member of each socket, by connection id. */
  readonly sockets: ReadonlyMap<string, string>;
  readonly items: ReadonlyMap<string, Item>;
  /** Oldest first, by id. */
  readonly chat: ReadonlyMap<number, Message>;
  readonly bans: ReadonlyMap<string, Banned>;
  /** When members were seen to have lost their line without a word, at a wake. */
  readonly lost_ms: number | null;
  /** Since when nobody is there; null while somebody is. */
  readonly emptied_ms: number | null;
  /** The room is being done away with: which try, and when it began. */
  readonly expiring: { readonly tries: number; readonly at_ms: number } | null;
}

/** What a sleep may take, because it refills, is told anew, or is statistics. */
export interface FleetingState {
  readonly stats: Stats;
  /** What of them is not stored: nothing, mere counts of messages, or what is worth a row. */
  readonly unstored: "nothing" | "messages" | "reports";
  /** By member and kind, when the next message of that kind is due at the earliest. */
  readonly paces: ReadonlyMap<string, Readonly<Partial<Record<string, number>>>>;
  /** By member, the typical drift that was last reported. */
  readonly drifts: ReadonlyMap<string, number>;
  /** What the public list was last told, and when; null when that is not known. */
  readonly told: { readonly text: string; readonly at_ms: number } | null;
  /** Others were shown a list in which somebody is away. */
  readonly shownAway: ReadonlySet<string>;
  /** What the host's alarm is set to; null for none. */
  readonly alarm_ms: number | null;
  /** It has just woken, and has not looked yet who lost their line meanwhile. */
  readonly woken: boolean;
}

export interface WatchState {
  readonly kept: KeptState;
  readonly fleeting: FleetingState;
}
