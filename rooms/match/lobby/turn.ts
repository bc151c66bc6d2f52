import type { LobbyDown } from "../../../protocol/match/lobby-down.ts";
import type { Moment } from "../../room.ts";
import type { LobbyEffect, LobbyState, LobbyTypes } from "./types.ts";

/** One step in the making: the state, the moment, and the effects so far. */
export class Turn {
  readonly state: LobbyState;
  readonly now_ms: number;
  readonly effects: LobbyEffect[] = [];
  readonly #moment: Moment;
  readonly #changes: Record<string, unknown> = {};
  #keys = 0;
  #ids = 0;

  constructor(state: LobbyState, moment: Moment) {
    this.state = state;
    this.now_ms = moment.now_ms;
    this.#moment = moment;
  }

  send(connectionId: string | undefined, message: LobbyDown): void {
    if (connectionId !== undefined) this.effects.push({ type: "send", connectionId, message });
  }

  close(connectionId: string, code: number, reason: string): void {
    this.effects.push({ type: "close", connectionId, code, reason });
  }

  store(key: string, value: unknown): void {
    if (!(key in this.#changes)) this.#keys += 1;
    this.#changes[key] = value;
  }

  /** Whether this step has stored about as much as one may; what is left is for the next. */
  get isFull(): boolean {
    return this.#keys >= keys_max;
  }

  task(task: LobbyTypes["task"]): void {
    this.effects.push({ type: "task", task });
  }

  count(name: string, amount = 1): void {
    this.effects.push({ type: "count", name, amount });
  }

  reply(reply: LobbyTypes["reply"]): void {
    this.effects.push({ type: "reply", reply });
  }

  alarm(at_ms: number | null): void {
    this.effects.push({ type: "alarm", at_ms });
  }

  /** A new id, different from all others of this room: the moment, and 52 random bits or so. */
  newId(): string {
    this.#ids += 1;
    const random = Math.floor(this.#moment.random * 2 ** 52).toString(36);
    return `${this.now_ms.toString(36)}-${random}-${this.#ids.toString(36)}`;
  }

  /** A number in [0, 1), the same for the whole step. */
  get random(): number {
    return this.#moment.random;
  }

  /** Whether nothing has been heard of a socket for so long that it must be gone. */
  isSilent(connectionId: string): boolean {
    const seen_ms = this.#moment.lastSeen_ms?.(connectionId);
    return seen_ms !== undefined && this.now_ms - seen_ms > silence_ms_max;
  }

  /** What is to be done, storage first. */
  done(): readonly LobbyEffect[] {
    if (this.#keys > 0) this.effects.unshift({ type: "store", changes: this.#changes });
    return this.effects;
  }
}

/** A host takes 128 keys a step; this leaves room for the message that began it. */
const keys_max = 80;
/** A page pings every 20 s; one of which nothing was heard for twice that is gone. */
const silence_ms_max = 40_000;
