import type * as Party from "partykit/server";
import { PartyKitRoom } from "../host/partykit.ts";
import { admitService, admitSocket } from "../host/partykit-gate.ts";
import { watchMachine } from "./machine.ts";
import type { WatchAnswer, WatchState, WatchTask, WatchTypes } from "./types.ts";

const party = "watch";

/** The watch room as a classic PartyKit party. */
export default class WatchParty extends PartyKitRoom<WatchState, WatchTypes> {
  protected readonly party = party;
  protected readonly machine = watchMachine;

  /** This host has neither a public list nor rows to delete, so everything is done already. */
  protected override runTask({ type }: WatchTask): Promise<WatchAnswer> {
    return Promise.resolve({ task: type, ok: true });
  }

  static onBeforeConnect(request: Party.Request, lobby: Party.Lobby) {
    return admitSocket(request, party, lobby);
  }

  static onBeforeRequest(request: Party.Request, lobby: Party.Lobby) {
    return admitService(request, party, lobby);
  }
}
