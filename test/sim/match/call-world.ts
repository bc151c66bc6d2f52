import type { Random } from "../../../platform/testing/random.ts";
import type { CallDown } from "../../../protocol/match/call-down.ts";
import type { CallUp } from "../../../protocol/match/call-up.ts";
import type { CallData } from "../../../protocol/match/room-data.ts";
import { closeCodes, type RoomClaims } from "../../../protocol/room.ts";
import { callMachine } from "../../../rooms/match/call/machine.ts";
import type { CallEffect, CallState, CallTypes } from "../../../rooms/match/call/types.ts";
import type { Peer, RoomEvent } from "../../../rooms/room.ts";
import { plain } from "./lobby-world.ts";

export const callers = ["ann", "bob"] as const;

export function callClaims(seat: 0 | 1, openedAt_ms: number, data: Partial<CallData> = {}) {
  const member = callers[seat];
  const partner = callers[seat === 0 ? 1 : 0];
  const claims: RoomClaims = {
    party: "call",
    room: "call-1",
    member,
    name: `Name of ${member}`,
    role: seat === 0 ? "impolite" : "polite",
    data: {
      lobby: "eu-0",
      members: ["ann", "bob"],
      openedAt_ms,
      limit_ms: 3_600_000,
      partner: { id: partner, name: partner, ...plain(partner).facts },
      ...data,
    } satisfies CallData,
  };
  return claims;
}

/** A call's room without a host: sockets, storage, one alarm, and a clock that is moved by hand. */
export class CallWorld {
  readonly stored = new Map<string, unknown>();
  readonly peers = new Map<string, Peer>();
  readonly tasks: CallTypes["task"][] = [];
  /** All rows ever written, deletions and alarms too: what storage bills. */
  rows = 0;
  alarm_ms: number | null = null;
  rings = 0;
  /** Events, each of which wakes a room that sleeps. */
  steps = 0;
  now_ms = 1_700_000_000_000;
  readonly openedAt_ms = this.now_ms;
  state: CallState;
  readonly #random: Random;
  readonly #sent: (connectionId: string, message: CallDown) => void;
  readonly #closed: (connectionId: string, code: number) => void;
  #sockets = 0;

  constructor(
    random: Random,
    sent: (connectionId: string, message: CallDown) => void = () => {},
    closed: (connectionId: string, code: number) => void = () => {},
  ) {
    this.#random = random;
    this.#sent = sent;
    this.#closed = closed;
    this.state = callMachine.restore(this.stored, []);
  }

  /** A socket with these claims; the host lets a member have one, the newest. */
  join(claims: RoomClaims): string {
    for (const peer of [...this.peers.values()])
      if (peer.claims.member === claims.member) this.#drop(peer.connectionId, closeCodes.replaced);
    this.#sockets += 1;
    const peer = { connectionId: `socket-${this.#sockets}`, claims };
    this.peers.set(peer.connectionId, peer);
    this.step({ type: "join", peer });
    return peer.connectionId;
  }

  leave(connectionId: string, code = 1006): void {
    const peer = this.peers.get(connectionId);
    if (!this.peers.delete(connectionId) || peer === undefined) return;
    this.step({ type: "leave", peer, code });
  }

  say(connectionId: string, message: CallUp): readonly CallEffect[] {
    const peer = this.peers.get(connectionId);
    return peer === undefined ? [] : this.step({ type: "message", peer, message });
  }

  ask(request: CallTypes["request"]): CallTypes["reply"] {
    const replies = this.step({ type: "request", request }).filter(({ type }) => type === "reply");
    const [reply] = replies;
    if (replies.length !== 1 || reply?.type !== "reply") throw new Error("not one reply");
    return reply.reply;
  }

  answer(ok: boolean): void {
    this.step({ type: "answer", answer: { type: "recorded", ok } });
  }

  /** Lets time pass; the alarm rings at its moments. */
  pass(duration_ms: number): void {
    const end_ms = this.now_ms + duration_ms;
    for (let rings = 0; this.alarm_ms !== null && this.alarm_ms <= end_ms; rings += 1) {
      if (rings > 10_000) throw new Error("the alarm never stops");
      this.now_ms = Math.max(this.now_ms, this.alarm_ms);
      this.alarm_ms = null;
      this.rings += 1;
      this.step({ type: "alarm" });
    }
    this.now_ms = end_ms;
  }

  /** Forgets the state, as an eviction does. */
  sleep(): void {
    this.state = callMachine.restore(this.stored, [...this.peers.values()]);
  }

  step(event: RoomEvent<CallTypes>): readonly CallEffect[] {
    this.steps += 1;
    const moment = { now_ms: this.now_ms, random: this.#random.next() };
    const { state, effects } = callMachine.step(this.state, event, moment);
    this.state = state;
    const departed: [string, number][] = [];
    for (const effect of effects) this.#perform(effect, departed);
    for (const [connectionId, code] of departed) this.#drop(connectionId, code);
    return effects;
  }

  #drop(connectionId: string, code: number): void {
    this.#closed(connectionId, code);
    this.leave(connectionId, code);
  }

  #perform(effect: CallEffect, departed: [string, number][]): void {
    if (effect.type === "send" && this.peers.has(effect.connectionId))
      this.#sent(effect.connectionId, effect.message);
    if (effect.type === "close") departed.push([effect.connectionId, effect.code]);
    if (effect.type === "alarm") this.alarm_ms = effect.at_ms;
    if (effect.type === "task") this.tasks.push(effect.task);
    if (effect.type === "alarm") this.rows += 1;
    if (effect.type === "forget") {
      this.stored.clear();
      this.alarm_ms = null;
    }
    if (effect.type === "store")
      for (const [key, value] of Object.entries(effect.changes)) {
        this.rows += 1;
        value === null ? this.stored.delete(key) : this.stored.set(key, value);
      }
  }
}
