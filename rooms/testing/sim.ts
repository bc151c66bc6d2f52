import type { RoomClaims } from "../../protocol/room.ts";
import type { Peer, RoomEffect, RoomEvent, RoomMachine, RoomTypes } from "../room.ts";

/**
 * A room without a host, for tests of a machine: it keeps the state, the sockets and the storage,
 * and what each socket was sent. Its clock stands still until a test moves it.
 */
export class RoomSim<State, T extends RoomTypes> {
  readonly stored = new Map<string, unknown>();
  readonly peers = new Map<string, Peer>();
  /** All that each connection was ever sent, also those that left. */
  readonly sent = new Map<string, T["down"][]>();
  readonly closed = new Map<string, number>();
  /** When the alarm is set to ring. */
  alarmAt_ms: number | null = null;
  /** All outside work the machine ever asked for. */
  readonly tasks: T["task"][] = [];
  now_ms = 1_700_000_000_000;
  state: State;
  /** What the latest event gave. */
  effects: readonly RoomEffect<T>[] = [];
  readonly #machine: RoomMachine<State, T>;
  readonly #closing: string[] = [];

  constructor(machine: RoomMachine<State, T>) {
    this.#machine = machine;
    this.state = machine.restore(this.stored, []);
  }

  join(connectionId: string, claims: RoomClaims): T["down"][] {
    const peer = { connectionId, claims };
    this.peers.set(connectionId, peer);
    this.sent.set(connectionId, []);
    this.#step({ type: "join", peer });
    return this.sentTo(connectionId);
  }

  /** Says something as a connection; what it got in answer comes back. */
  say(connectionId: string, message: T["up"]): T["down"][] {
    const peer = this.peers.get(connectionId);
    if (peer === undefined) throw new Error(`${connectionId} is not in the room`);
    const before = this.sentTo(connectionId).length;
    this.#step({ type: "message", peer, message });
    return this.sentTo(connectionId).slice(before);
  }

  /** @param code of the close: 1000 for whoever leaves on purpose, 1006 for a line that broke */
  leave(connectionId: string, code = 1000): void {
    const peer = this.peers.get(connectionId);
    if (peer === undefined) throw new Error(`${connectionId} is not in the room`);
    this.peers.delete(connectionId);
    this.#step({ type: "leave", peer, code });
  }

  /** Moves the clock, and rings the alarm as often as it falls due meanwhile. */
  pass(time_ms: number): void {
    const end_ms = this.now_ms + time_ms;
    for (let rings = 0; this.alarmAt_ms !== null && this.alarmAt_ms <= end_ms; rings += 1) {
      if (rings > 1_000) throw new Error("the alarm rings without end");
      this.now_ms = Math.max(this.now_ms, this.alarmAt_ms);
      this.alarmAt_ms = null;
      this.#step({ type: "alarm" });
    }
    this.now_ms = end_ms;
  }

  /** Tells the machine what came of a task. */
  answer(answer: T["answer"]): void {
    this.#step({ type: "answer", answer });
  }

  ask(request: T["request"]): T["reply"] {
    this.#step({ type: "request", request });
    const replies = this.effects.filter((effect) => effect.type === "reply");
    if (replies.length !== 1) throw new Error(`${replies.length} replies to one request`);
    return replies[0]?.reply;
  }

  /** Forgets the state, as hibernation does, and restores it from storage and sockets. */
  sleep(): void {
    this.state = this.#machine.restore(structuredClone(this.stored), [...this.peers.values()]);
  }

  sentTo(connectionId: string): T["down"][] {
    return this.sent.get(connectionId) ?? [];
  }

  #step(event: RoomEvent<T>): void {
    const moment = { now_ms: this.now_ms, random: 0.5 };
    const { state, effects } = this.#machine.step(this.state, event, moment);
    this.state = state;
    for (const effect of effects) this.#perform(effect);
    // A socket that the machine closed leaves once the step is done, as it does with a host.
    for (let id = this.#closing.shift(); id !== undefined; id = this.#closing.shift())
      if (this.peers.has(id)) this.leave(id, this.closed.get(id));
    this.effects = effects;
  }

  #perform(effect: RoomEffect<T>): void {
    if (effect.type === "send") this.sent.get(effect.connectionId)?.push(effect.message);
    if (effect.type === "broadcast")
      for (const connectionId of this.peers.keys())
        if (connectionId !== effect.except) this.sent.get(connectionId)?.push(effect.message);
    if (effect.type === "store")
      for (const [key, value] of Object.entries(effect.changes))
        value === null ? this.stored.delete(key) : this.stored.set(key, structuredClone(value));
    if (effect.type === "forget") {
      this.stored.clear();
      this.alarmAt_ms = null;
    }
    if (effect.type === "alarm") this.alarmAt_ms = effect.at_ms;
    if (effect.type === "task") this.tasks.push(effect.task);
    if (effect.type === "close" && this.peers.has(effect.connectionId)) {
      this.closed.set(effect.connectionId, effect.code);
      this.#closing.push(effect.connectionId);
    }
  }
}
