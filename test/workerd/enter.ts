import { exports } from "cloudflare:workers";
import {
  roomTokenLifetime_ms,
  signResumeToken,
  signRoomToken,
} from "../../platform/tokens/room.ts";
import { signServiceToken } from "../../platform/tokens/service.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import { testKeys } from "../conformance/keys.ts";
import { RoomSocket } from "../conformance/room-socket.ts";
import { watchData } from "../conformance/watch-data.ts";

/** Which of the test Worker's rooms: the first segment of their addresses. */
export type Segment = "parties" | "probe";

let rooms = 0;

/** A room id that no other test uses. */
export function newRoom(): string {
  rooms += 1;
  return `room-${rooms}-${crypto.randomUUID()}`;
}

export function claimsFor(room: string, member: string): RoomClaims {
  return {
    party: "watch",
    room,
    member,
    name: `Name of ${member}`,
    role: "viewer",
    data: watchData(member),
  };
}

/** Asks the test Worker for a socket, with whatever token. */
export function knock(segment: Segment, room: string, token: string): Promise<Response> {
  return exports.default.fetch(`https://rooms.test/${segment}/watch/${room}?token=${token}`, {
    headers: { upgrade: "websocket" },
  });
}

/** Enters a room as a member, and is in it once this has settled. */
export async function enter(
  segment: Segment,
  room: string,
  member: string,
  claims: Partial<RoomClaims> = {},
): Promise<RoomSocket> {
  const lifetime = { now_ms: Date.now(), lifetime_ms: roomTokenLifetime_ms };
  const token = await signRoomToken({ ...claimsFor(room, member), ...claims }, testKeys, lifetime);
  const { webSocket } = await knock(segment, room, token);
  if (webSocket === null) throw new Error("the room gave no socket");
  const socket = new RoomSocket(webSocket);
  webSocket.accept();
  return socket;
}

/** Comes back into a room with a resume token and the cursor last seen. */
export async function resume(room: string, member: string, since: number): Promise<RoomSocket> {
  const lifetime = { now_ms: Date.now(), lifetime_ms: roomTokenLifetime_ms };
  const token = await signResumeToken(claimsFor(room, member), testKeys, lifetime);
  const { webSocket } = await knock("parties", room, `${token}&since=${since}`);
  if (webSocket === null) throw new Error("the room gave no socket");
  const socket = new RoomSocket(webSocket);
  webSocket.accept();
  return socket;
}

/** Sends a function's request to a room. */
export async function ask(segment: Segment, room: string, body: unknown): Promise<Response> {
  const token = await signServiceToken({ party: "watch", room }, testKeys, Date.now());
  return exports.default.fetch(`https://rooms.test/${segment}/watch/${room}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}
