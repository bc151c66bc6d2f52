import type { WatchRole } from "../../protocol/watch/permissions.ts";
import type { Moment, Peer } from "../room.ts";
import type {
  FleetingState,
  KeptState,
  Member,
  WatchEffect,
  WatchState,
  WatchTypes,
} from "./types.ts";

type Down = WatchTypes["down"];

/**
 * One step under way: the state as it becomes and the effects as they gather. It lives for one step
 * alone; what it holds are values, so the step as a whole stays a pure function.
 */
export class Turn {
  readonly now_ms: number;
  readonly random: number;
  readonly effects: WatchEffect[] = [];
  #kept: KeptState;
  #fleeting: FleetingState;
  readonly #before: WatchState;

  constructor(state: WatchState, { now_ms, random }: Moment) {
    this.now_ms = now_ms;
    this.random = random;
    this.#before = state;
    this.#kept = state.kept;
    this.#fleeting = state.fleeting;
  }

  get kept(): KeptState {
    return this.#kept;
  }

  get fleeting(): FleetingState {
    return this.#fleeting;
  }

  /** The state afterwards; the same object when nothing changed. */
  get state(): WatchState {
    const { kept, fleeting } = this.#before;
    if (this.#kept === kept && this.#fleeting === fleeting) return this.#before;
    return { kept: this.#kept, fleeting: this.#fleeting };
  }

  /** Changes what is kept, and writes the keys that say so; null deletes a key. */
  keep(change: Partial<KeptState>, keys: Readonly<Record<string, unknown>> = {}): void {
    this.#kept = { ...this.#kept, ...change };
    if (Object.keys(keys).length > 0) this.effects.push({ type: "store", changes: keys });
  }

  note(change: Partial<FleetingState>): void {
    this.#fleeting = { ...this.#fleeting, ...change };
  }

  send(connectionId: string, message: Down): void {
    this.effects.push({ type: "send", connectionId, message });
  }

  /** To everybody at once. */
  tell(message: Down): void {
    this.effects.push({ type: "broadcast", message });
  }

  /** To everybody within some milliseconds; one of the same key that still waits is left out. */
  tellSoon(message: Down, more: { readonly except?: string; readonly key?: string } = {}): void {
    this.effects.push({ type: "broadcast", message, soon: true, ...more });
  }

  close(connectionId: string, code: number, reason: string): void {
    this.effects.push({ type: "close", connectionId, code, reason });
  }

  count(name: string, amount = 1): void {
    this.effects.push({ type: "count", name, amount });
  }
}

/** Who speaks in this step. */
export interface Speaker {
  readonly peer: Peer;
  readonly member: Member;
  readonly role: WatchRole;
}

/** Tells a speaker, alone, why a message was not taken. */
export function refuse(
  turn: Turn,
  { peer }: Pick<Speaker, "peer">,
  code: Extract<Down, { type: "error" }>["code"],
  message: string,
  more: { readonly about?: string; readonly retryAfter_ms?: number } = {},
): void {
  turn.send(peer.connectionId, { type: "error", code, message, ...more });
}
