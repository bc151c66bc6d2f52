import type { Random } from "../../../platform/testing/random.ts";
import { Agenda } from "../arrivals.ts";
import { Attempts } from "../attempts.ts";
import type { Side } from "../driver.ts";

/** What all people of a crowd share. */
export class World {
  /** What people mean to do in this run. */
  agenda = new Agenda();
  readonly attempts = new Attempts();
  readonly side: Side;
  readonly random: Random;

  constructor(side: Side, random: Random) {
    this.side = side;
    this.random = random;
  }

  get isEdge(): boolean {
    return this.side.name === "edge";
  }

  readonly received = (bytes: number) => this.attempts.recorder.received(bytes);
}
