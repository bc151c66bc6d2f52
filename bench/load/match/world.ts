import type { Random } from "../../../platform/testing/random.ts";
import { Agenda } from "../arrivals.ts";
import type { Attempts } from "../attempts.ts";
import type { Side } from "../driver.ts";
import type { House } from "./house.ts";
import { Relay } from "./relay.ts";

/** What people of a crowd share. */
export class World {
  /** What people mean to do in this run. */
  agenda = new Agenda();
  /** When everybody last was due to begin to wait, by their id. */
  readonly waitedFrom_ms = new Map<string, number>();
  readonly side: Side;
  readonly house: House;
  readonly attempts: Attempts;
  readonly random: Random;
  readonly #relays = new Map<string, { readonly relay: Relay; ends: number }>();

  constructor(side: Side, house: House, attempts: Attempts, random: Random) {
    this.side = side;
    this.house = house;
    this.attempts = attempts;
    this.random = random;
  }

  readonly received = (bytes: number) => this.attempts.recorder.received(bytes);

  /** Both ends of a call take the same relay. */
  takeRelay(callId: string): Relay {
    const taken = this.#relays.get(callId) ?? { relay: new Relay(this.attempts), ends: 0 };
    taken.ends += 1;
    this.#relays.set(callId, taken);
    return taken.relay;
  }

  /** One end of the call is over. */
  leaveRelay(callId: string): void {
    const taken = this.#relays.get(callId);
    if (taken === undefined) return;
    taken.ends -= 1;
    if (taken.ends === 0) this.#relays.delete(callId);
  }
}
