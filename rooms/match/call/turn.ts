import type { CallDown } from "../../../protocol/match/call-down.ts";
import type { Moment } from "../../room.ts";
import type { Both, Call, CallEffect, CallState, Line, Seat } from "./types.ts";

export const callKey = "call";
export const checkpointKey = "lines";

/** One step in the making: the state as it becomes, the moment, and the effects so far. */
export class Turn {
  state: CallState;
  readonly now_ms: number;
  readonly effects: CallEffect[] = [];
  readonly #random: number;
  readonly #changes: Record<string, unknown> = {};

  constructor(state: CallState, { now_ms, random }: Moment) {
    this.state = state;
    this.now_ms = now_ms;
    this.#random = random;
  }

  set(change: Partial<CallState>): void {
    this.state = { ...this.state, ...change };
  }

  /** Changes the call, and stores it. */
  keep(change: Partial<Call>): void {
    if (this.state.call === null) return;
    this.set({ call: { ...this.state.call, ...change } });
    this.store(callKey, this.state.call);
  }

  line(seat: Seat, change: Partial<Line>): void {
    this.set({ lines: withSeat(this.state.lines, seat, { ...this.state.lines[seat], ...change }) });
  }

  /** To a seat, if somebody who has said hello sits there. */
  send(seat: Seat, message: CallDown): void {
    const { connectionId, greeted } = this.state.lines[seat];
    if (connectionId !== null && greeted) this.sendTo(connectionId, message);
  }

  sendTo(connectionId: string, message: CallDown): void {
    this.effects.push({ type: "send", connectionId, message });
  }

  close(connectionId: string, code: number, reason: string): void {
    this.effects.push({ type: "close", connectionId, code, reason });
  }

  store(key: string, value: unknown): void {
    this.#changes[key] = value;
  }

  count(name: string): void {
    this.effects.push({ type: "count", name, amount: 1 });
  }

  /** The name of a seat's count; a new one when the room has lost the last. */
  epochOf(seat: Seat): string {
    return this.state.lines[seat].epoch ?? this.newEpoch(seat);
  }

  newEpoch(seat: Seat): string {
    const random = Math.floor(this.#random * 36 ** 8).toString(36);
    const epoch = `${this.now_ms.toString(36)}${random}`;
    this.line(seat, { epoch });
    return epoch;
  }

  /** What is to be done, storage first. */
  done(): readonly CallEffect[] {
    if (Object.keys(this.#changes).length > 0)
      this.effects.unshift({ type: "store", changes: this.#changes });
    return this.effects;
  }
}

export function withSeat<T>(both: Both<T>, seat: Seat, value: T): Both<T> {
  return seat === 0 ? [value, both[1]] : [both[0], value];
}

export function otherSeat(seat: Seat): Seat {
  return seat === 0 ? 1 : 0;
}

export const bothSeats: readonly Seat[] = [0, 1];
