import type * as Party from "partykit/server";
import { PartyKitRoom } from "../../host/partykit.ts";
import { admitService, admitSocket } from "../../host/partykit-gate.ts";
import { callMachine } from "./machine.ts";
import type { CallState, CallTypes } from "./types.ts";

const party = "call";

/** A call as a classic PartyKit party. */
export default class CallParty extends PartyKitRoom<CallState, CallTypes> {
  protected readonly party = party;
  protected readonly machine = callMachine;

  /** This host has no database: what a call came to is kept by nobody, and owed to nobody. */
  protected override runTask(): Promise<CallTypes["answer"]> {
    return Promise.resolve({ type: "recorded", ok: true });
  }

  static onBeforeConnect(request: Party.Request, lobby: Party.Lobby) {
    return admitSocket(request, party, lobby);
  }

  static onBeforeRequest(request: Party.Request, lobby: Party.Lobby) {
    return admitService(request, party, lobby);
  }
}
