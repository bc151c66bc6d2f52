import { RoomServer } from "../host/partyserver.ts";
import { watchMachine } from "./machine.ts";
import type { WatchState, WatchTypes } from "./types.ts";

/** The Durable Object of a watch room. */
export class WatchRoom extends RoomServer<WatchState, WatchTypes> {
  protected readonly party = "watch";
  protected readonly machine = watchMachine;
}
