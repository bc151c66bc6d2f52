import type { RoomEffect, RoomEvent, RoomMachine, RoomTypes } from "../../../rooms/room.ts";

/** What the host of a machine had to do. */
export class Tally {
  /** Sockets that came and went, messages, requests, alarms: all that the platform counts. */
  events = 0;
  alarms = 0;
  /** Events after which something was stored, and the keys that were. */
  writes = 0;
  rows = 0;
  /** Messages to sockets, a broadcast being one to each. */
  frames = 0;
  /** Settings of the alarm; each is billed as a row. */
  alarmsSet = 0;

  note<T extends RoomTypes>(
    event: RoomEvent<T>,
    effects: readonly RoomEffect<T>[],
    sockets: number,
  ): void {
    // What comes of a task is no request of anybody's.
    if (event.type !== "answer") this.events += 1;
    if (event.type === "alarm") this.alarms += 1;
    let wrote = false;
    for (const effect of effects) {
      if (effect.type === "send") this.frames += 1;
      if (effect.type === "broadcast") this.frames += sockets - (effect.except ? 1 : 0);
      if (effect.type === "alarm") this.alarmsSet += 1;
      if (effect.type !== "store") continue;
      wrote = true;
      this.rows += Object.keys(effect.changes).length;
    }
    if (wrote) this.writes += 1;
  }
}

/** The same machine, with every step noted. */
export function tallied<State, T extends RoomTypes>(
  machine: RoomMachine<State, T>,
  tally: Tally,
  sockets: () => number,
): RoomMachine<State, T> {
  return {
    ...machine,
    step(state, event, moment) {
      const step = machine.step(state, event, moment);
      tally.note(event, step.effects, sockets());
      return step;
    },
  };
}
