import type { CallDown, CallEnd, ChatLine } from "../../../protocol/match/call-down.ts";
import type { CallUp } from "../../../protocol/match/call-up.ts";
import type { Card } from "../../../protocol/match/profile-card.ts";
import type { CallOutcome, CallRequest, CallRoomState } from "../../../protocol/match/requests.ts";
import type { Signal } from "../../../protocol/match/signal.ts";
import type { RoomEffect, RoomTypes } from "../../room.ts";

/** What is to be kept of a call that took place. */
export interface RecordCall {
  readonly type: "record";
  readonly outcome: CallOutcome;
}

export interface CallTypes extends RoomTypes {
  up: CallUp;
  down: CallDown;
  request: CallRequest;
  reply: CallRoomState | { readonly ok: true };
  task: RecordCall;
  answer: { readonly type: "recorded"; readonly ok: boolean };
}
export type CallEffect = RoomEffect<CallTypes>;

/** One of the two: 0 the impolite one, 1 the polite one. */
export type Seat = 0 | 1;
/** Something for each seat. */
export type Both<T> = readonly [T, T];

/** The call itself, the one row that is always stored. */
export interface Call {
  readonly callId: string;
  readonly members: Both<string>;
  readonly openedAt_ms: number;
  readonly limit_ms: number;
  /** When the first of the two came. */
  readonly enteredAt_ms: number;
  /** Who has said hello, ever. */
  readonly arrived: Both<boolean>;
  /** Since when somebody who had arrived is without a socket. */
  readonly lostAt_ms: Both<number | null>;
  /** The negotiation's number: 0 until both have arrived, one more whenever it begins anew. */
  readonly generation: number;
  readonly startedAt_ms: number | null;
  readonly endedAt_ms: number | null;
  readonly reason: CallEnd | null;
  /** How often it was tried to record the outcome, and whether that is settled. */
  readonly recordTries: number;
  readonly recordNext_ms: number;
  readonly recorded: boolean;
}

/** A signal that its receiver has not acknowledged. */
export interface Kept {
  readonly seq: number;
  readonly bytes: number;
  readonly generation: number;
  readonly signal: Signal;
}

/** One seat's connection with the room, in memory alone: no message waits for a disk. */
export interface Line {
  readonly connectionId: string | null;
  /** Has said hello on this socket. */
  readonly greeted: boolean;
  /** Names this count of signals; null until one is needed, after a sleep that lost the last. */
  readonly epoch: string | null;
  /** `seq` of the last signal to this seat. */
  readonly seq: number;
  readonly outbox: readonly Kept[];
  /** The highest `seq` that had to be forgotten before it was acknowledged; 0 for none. */
  readonly dropped: number;
  /** Number of the last signal from this seat; null when that was lost with the room's memory. */
  readonly received: number | null;
}

/** Where both lines stood when all was quiet, stored; deleted before anything moves again. */
export interface Checkpoint {
  readonly lines: Both<Pick<Line, "epoch" | "seq" | "received">>;
}

export interface CallState {
  /** Null before anybody came, and after all is forgotten. */
  readonly call: Call | null;
  readonly chat: readonly ChatLine[];
  readonly partners: Both<Card | null>;
  readonly lines: Both<Line>;
  readonly checkpointed: boolean;
  /** When somebody last signalled, in this life of the room. */
  readonly signalledAt_ms: number;
  readonly recording: boolean;
  /** Whether it has been looked who is missing since the room woke. */
  readonly settled: boolean;
  readonly alarm_ms: number | null | undefined;
}
