import type * as Party from "partykit/server";
import { PartyKitRoom } from "../../host/partykit.ts";
import { admitService, admitSocket } from "../../host/partykit-gate.ts";
import { lobbyMachine } from "./machine.ts";
import { openCalls } from "./open-calls.ts";
import type { CallsOpened, LobbyState, LobbyTypes, OpenCalls } from "./types.ts";

const party = "lobby";

/** A lobby as a classic PartyKit party. */
export default class LobbyParty extends PartyKitRoom<LobbyState, LobbyTypes> {
  protected readonly party = party;
  protected readonly machine = lobbyMachine;
  readonly #room: Party.Room;

  constructor(room: Party.Room) {
    super(room);
    this.#room = room;
  }

  protected override runTask(task: OpenCalls): Promise<CallsOpened> {
    return openCalls(task, this.#room.env, Date.now());
  }

  static onBeforeConnect(request: Party.Request, lobby: Party.Lobby) {
    return admitSocket(request, party, lobby);
  }

  static onBeforeRequest(request: Party.Request, lobby: Party.Lobby) {
    return admitService(request, party, lobby);
  }
}
