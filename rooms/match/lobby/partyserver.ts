import { RoomServer } from "../../host/partyserver.ts";
import { lobbyMachine } from "./machine.ts";
import { openCalls } from "./open-calls.ts";
import type { CallsOpened, LobbyState, LobbyTypes, OpenCalls } from "./types.ts";

/** The Durable Object of a lobby. */
export class LobbyRoom extends RoomServer<LobbyState, LobbyTypes> {
  protected readonly party = "lobby";
  protected readonly machine = lobbyMachine;

  protected override runTask(task: OpenCalls): Promise<CallsOpened> {
    const { ROOM_TOKEN_KEYS } = this.env as { readonly ROOM_TOKEN_KEYS?: unknown };
    return openCalls(task, ROOM_TOKEN_KEYS, Date.now());
  }
}
