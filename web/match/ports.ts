import { type CallDown, callDownSchema } from "../../protocol/match/call-down.ts";
import type { CallUp } from "../../protocol/match/call-up.ts";
import { type LobbyDown, lobbyDownSchema } from "../../protocol/match/lobby-down.ts";
import type { LobbyUp } from "../../protocol/match/lobby-up.ts";
import type { EnteredLobby, Ice, MatchRegion } from "../../protocol/match/rest-lobby.ts";
import { ApiProblem } from "../api/problem.ts";
import { RoomConnection, RoomEnded } from "../room/connection.ts";
import { enterLobby, fetchIce } from "./api.ts";
import { browserPeer } from "./call/browser-peer.ts";
import type { CallPorts } from "./call-session.ts";
import type { LobbyPorts } from "./lobby-session.ts";
import type { LocalMedia } from "./local-media.ts";
import { browserRuntime } from "./runtime.ts";

/** Credentials that end sooner than this are asked for anew; the local clock may be wrong. */
const iceLeft_ms_min = 5 * 60_000;

/**
 * A call's world in a browser.
 * @param token opens the call's room as often as it takes
 * @param ice the servers that came with it, if any did
 */
export function callPorts(
  callId: string,
  token: string,
  ice: Ice | undefined,
  media: LocalMedia,
): CallPorts {
  return {
    runtime: browserRuntime,
    connect: ({ onMessage, onState }) =>
      new RoomConnection<CallUp, CallDown>({
        address: async () => socketAddress(`/parties/call/${callId}`, token),
        down: callDownSchema,
        onMessage,
        onState,
      }),
    iceServers: async () => {
      if (ice !== undefined && ice.expiresAt_ms - Date.now() > iceLeft_ms_min)
        return ice.iceServers;
      try {
        return (await fetchIce(callId, token)).iceServers;
      } catch (error) {
        // Two browsers in one network find each other without.
        console.warn("No STUN or TURN servers could be had", error);
        return [];
      }
    },
    createPeer: (iceServers, events) => browserPeer(media, iceServers, events),
    report: (error) => console.warn("A step of the negotiation failed", error),
    newKey: () => crypto.randomUUID(),
  };
}

/** A lobby's world in a browser, but for what happens when a partner is found. */
export function lobbyPorts(
  region: MatchRegion | undefined,
): Pick<LobbyPorts, "runtime" | "connect"> {
  return {
    runtime: browserRuntime,
    connect: (place, { onMessage, onState, onEntered }) =>
      new RoomConnection<LobbyUp, LobbyDown>({
        address: async () => {
          const entered = await enter(region);
          onEntered(entered.queue !== null);
          const { socketPath, token } = (place === "queue" && entered.queue) || entered.lobby;
          return socketAddress(socketPath, token);
        },
        down: lobbyDownSchema,
        onMessage,
        onState,
      }),
  };
}

/** @throws RoomEnded when something lacks that trying again does not bring */
async function enter(region: MatchRegion | undefined): Promise<EnteredLobby> {
  try {
    return await enterLobby(region);
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 401 || error.status === 403))
      throw new RoomEnded(error.code === "banned" ? "banned" : "refused");
    throw error;
  }
}

function socketAddress(path: string, token: string): string {
  const address = new URL(path, window.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("token", token);
  return address.href;
}
