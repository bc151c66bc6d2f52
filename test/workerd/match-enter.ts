import { exports } from "cloudflare:workers";
import { signRoomToken } from "../../platform/tokens/room.ts";
import { signServiceToken } from "../../platform/tokens/service.ts";
import type { CallData, LobbyData } from "../../protocol/match/room-data.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import { testKeys } from "../conformance/keys.ts";
import { facts } from "../conformance/match/visit.ts";
import { RoomSocket } from "../conformance/room-socket.ts";

type Party = "lobby" | "call";

/** Opens a socket with a token, whatever it says. */
export async function follow(party: Party, room: string, token: string): Promise<RoomSocket> {
  const response = await exports.default.fetch(
    `https://rooms.test/${party}/${party}/${room}?token=${token}`,
    { headers: { upgrade: "websocket" } },
  );
  const { webSocket } = response;
  if (webSocket === null) throw new Error(`the room gave no socket: ${response.status}`);
  const socket = new RoomSocket(webSocket);
  webSocket.accept();
  return socket;
}

/** Enters a lobby; the first frame is still to come. */
export function enterLobby(
  room: string,
  member: string,
  more: Partial<LobbyData> = {},
): Promise<RoomSocket> {
  const data: LobbyData = { facts, blocks: "", recent: "", adult: true, capacity: 1_200, ...more };
  return open({ party: "lobby", room, member, name: `Name of ${member}`, role: "member", data });
}

/** Takes a seat in the call of ann and bob. */
export function sit(room: string, member: "ann" | "bob"): Promise<RoomSocket> {
  const partner = member === "ann" ? "bob" : "ann";
  const data: CallData = {
    lobby: "eu-0",
    members: ["ann", "bob"],
    openedAt_ms: Date.now(),
    limit_ms: 3_600_000,
    partner: { ...facts, id: partner, name: partner },
  };
  const role = member === "ann" ? "impolite" : "polite";
  return open({ party: "call", room, member, name: member, role, data });
}

async function open(claims: RoomClaims): Promise<RoomSocket> {
  const lifetime = { now_ms: Date.now(), lifetime_ms: 60_000 };
  const token = await signRoomToken(claims, testKeys, lifetime);
  return follow(claims.party as Party, claims.room, token);
}

/** Asks a room as a function does. */
export async function askMatch(party: Party, room: string, body: unknown): Promise<unknown> {
  const token = await signServiceToken({ party, room }, testKeys, Date.now());
  const response = await exports.default.fetch(`https://rooms.test/${party}/${party}/${room}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return response.json();
}
