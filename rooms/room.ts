import type { z } from "zod";
import type { RoomClaims } from "../protocol/room.ts";

/**
 * The contract between a room's meaning and whatever hosts it.
 *
 * A room is a pure state machine. A host hands it events and the moment; it answers with its next
 * state and with effects, which are data. The host does, always in this order: parse, step, store,
 * effects. A machine never reads a clock, never draws a random number, never does I/O, and so any
 * run can be replayed from its events alone.
 *
 *            parse            step                     store            effects
 *   frame ──────────▶ event ────────▶ state, effects ────────▶ changed ────────▶ sockets, alarm,
 *                                                               keys              tasks, replies
 */

/** What a machine may know of the world at one step. */
export interface Moment {
  /** Server time in milliseconds since 1970. */
  readonly now_ms: number;
  /** A fresh uniform number in [0, 1) for each step. */
  readonly random: number;
  /**
   * When a socket was last heard of: its joining, a message, a ping that was answered without waking
   * the room. Undefined where that is not known. Close events can fail to come; this tells.
   */
  readonly lastSeen_ms?: (connectionId: string) => number | undefined;
}

/** A socket and whom its token says it belongs to. One member may have several sockets. */
export interface Peer {
  readonly connectionId: string;
  readonly claims: RoomClaims;
}

/** The types one kind of room speaks in. */
export interface RoomTypes {
  /** From a client, parsed. */
  up: unknown;
  /** To a client. */
  down: unknown;
  /** From a function, parsed. */
  request: unknown;
  /** To that function. */
  reply: unknown;
  /** Outside work the host is asked to do ... */
  task: unknown;
  /** ... and what came of it. */
  answer: unknown;
}

export type RoomEvent<T extends RoomTypes> =
  /** The room has just woken, holds no key yet, and is about to get its first other event. */
  | { readonly type: "open" }
  | { readonly type: "join"; readonly peer: Peer }
  | { readonly type: "message"; readonly peer: Peer; readonly message: T["up"] }
  | { readonly type: "leave"; readonly peer: Peer; readonly code: number }
  | { readonly type: "alarm" }
  | { readonly type: "request"; readonly request: T["request"] }
  | { readonly type: "answer"; readonly answer: T["answer"] };

export type RoomEffect<T extends RoomTypes> =
  | { readonly type: "send"; readonly connectionId: string; readonly message: T["down"] }
  /**
   * To every socket, or to all but one. With `soon` it may wait for some 25 ms, so that several go
   * out in one frame; it never overtakes, nor is overtaken by, what else the same socket is sent. It
   * is lost when the room is evicted meanwhile: only for what a client that comes back learns anyway.
   * With `key` it takes the place of one under the same key that still waits.
   */
  | {
      readonly type: "broadcast";
      readonly message: T["down"];
      readonly except?: string;
      readonly soon?: true;
      readonly key?: string;
    }
  | {
      readonly type: "close";
      readonly connectionId: string;
      readonly code: number;
      readonly reason: string;
    }
  /** Sets the one alarm, or with null takes it back. */
  | { readonly type: "alarm"; readonly at_ms: number | null }
  /**
   * Keys that changed, never the whole state; null deletes a key. At most 128 a step, each value at
   * most 128 KiB, which is what both hosts can hold.
   */
  | { readonly type: "store"; readonly changes: Readonly<Record<string, unknown>> }
  /** The room is over: all that it stored is deleted, its alarm too, whatever this step stores. */
  | { readonly type: "forget" }
  /**
   * Done at most once: a room that is evicted meanwhile never hears the answer, nor does one that
   * has too many under way. A machine that must know sets an alarm beside it.
   */
  | { readonly type: "task"; readonly task: T["task"] }
  /** Answers the request of this step. A machine replies exactly once to each request. */
  | { readonly type: "reply"; readonly reply: T["reply"] }
  /** Something worth counting happened; names are `snake_case` and belong to the meter. */
  | { readonly type: "count"; readonly name: string; readonly amount: number };

export interface Step<State, T extends RoomTypes> {
  readonly state: State;
  readonly effects: readonly RoomEffect<T>[];
}

/** The most bytes a host keeps for one socket: its attachment, which the platform caps here. */
export const peer_bytes_max = 16_384;

/** What bounds a room of one kind. The host enforces these; a machine may add its own. */
export interface RoomLimits {
  /** Sockets at once, over all members; one more is refused with `room_full`. */
  readonly connections_max: number;
  /** Sockets of one member; one more takes the place of the oldest, which is closed as replaced. */
  readonly connections_per_member_max: number;
  /**
   * Token bucket for each socket's messages. It must refill within the 10 s of silence that any
   * hibernation takes, so that a bucket lost with a room's memory was a full one.
   */
  readonly messages_per_s: number;
  readonly messages_burst: number;
  /** Messages that do not parse, or come too fast, before the socket is closed; one is forgiven every 10 s. */
  readonly strikes_max: number;
}

export interface RoomMachine<State, T extends RoomTypes, Limits extends RoomLimits = RoomLimits> {
  readonly limits: Limits;
  /**
   * The most bytes a room of this kind can hold in memory and in storage under these limits, with
   * `peer_bytes_max` for each socket.
   */
  worstCaseBytes(limits: Limits): number;
  readonly up: z.ZodType<T["up"]>;
  readonly request: z.ZodType<T["request"]>;
  /**
   * The state after a wake, from what was stored and which sockets are still there, in the order
   * they joined. With no key stored and no socket it is the state of a room nobody has opened yet.
   */
  restore(stored: ReadonlyMap<string, unknown>, peers: readonly Peer[]): State;
  step(state: State, event: RoomEvent<T>, moment: Moment): Step<State, T>;
}
