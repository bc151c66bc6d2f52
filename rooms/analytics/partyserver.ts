import { RoomServer } from "../host/partyserver.ts";
import { type TailState, type TailTypes, tailMachine } from "./machine.ts";

export { AnalyticsBuffer } from "./buffer/object.ts";

/** The Durable Object of a game's live tail. */
export class AnalyticsTail extends RoomServer<TailState, TailTypes> {
  protected readonly party = "analytics";
  protected readonly machine = tailMachine;
}
