import { RoomServer } from "../../host/partyserver.ts";
import { lobbyMachine } from "./machine.ts";
import { openCalls } from "./open-calls.ts";
import type { CallsOpened, LobbyState, LobbyTypes, OpenCalls } from "./types.ts";

/** The Durable Object of a lobby. */
export class LobbyRoom extends RoomServer<LobbyState, LobbyTypes> {
  protected readonly party = "lobby";
  protected readonly machine = lobbyMachine;

  protected override runTask(task: OpenCalls): Promise<CallsOpened> {
    return openCalls(task, this.env as unknown as Record<string, unknown>, Date.now());
  }
}
