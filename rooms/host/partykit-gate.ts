import type * as Party from "partykit/server";
import { claimsHeader, encodeClaims, serviceHeader } from "../../platform/tokens/claims-header.ts";
import { verifyEntry } from "../../platform/tokens/entry.ts";
import type { TokenKey } from "../../platform/tokens/jwt.ts";
import { tokenKeysSchema } from "../../platform/tokens/keys.ts";
import type { RoomAddress } from "../../platform/tokens/room.ts";
import { bearerToken, verifyServiceToken } from "../../platform/tokens/service.ts";
import { roomIdSchema } from "../../protocol/room.ts";
import { problemResponse, readText } from "./service.ts";

/**
 * The gate of the classic host: what a PartyKit class's `onBeforeConnect` does. It runs in the
 * Worker, so a bad token never wakes the room.
 * @returns the request for the room, without the client's query and headers, or a problem
 */
export async function admitSocket(
  request: Party.Request,
  party: string,
  lobby: Party.Lobby,
): Promise<Request | Response> {
  const address = addressOf(party, lobby);
  if (address === undefined) return problemResponse("room_not_found");
  const url = new URL(request.url);
  const query = { token: url.searchParams.get("token"), since: url.searchParams.get("since") };
  const verified = await verifyEntry(query, address, keysOf(lobby), Date.now());
  if (!verified.ok) return problemResponse(verified.code);
  return new Request(url.origin + url.pathname, {
    headers: { upgrade: "websocket", [claimsHeader]: encodeClaims(verified.claims) },
  });
}

/** What `onBeforeRequest` does: lets a function's request through when its service token is good. */
export async function admitService(
  request: Party.Request,
  party: string,
  lobby: Party.Lobby,
): Promise<Request | Response> {
  const address = addressOf(party, lobby);
  if (address === undefined) return problemResponse("room_not_found");
  if (request.method === "GET") return problemResponse("upgrade_required");
  if (request.method !== "POST") return problemResponse("method_not_allowed");
  const token = bearerToken(request.headers.get("authorization"));
  const verified = await verifyServiceToken(token, address, keysOf(lobby), Date.now());
  if (!verified.ok) return problemResponse(verified.code);
  const body = await readText(request.body);
  if (body === undefined) return problemResponse("body_too_large");
  const url = new URL(request.url);
  return new Request(url.origin + url.pathname, {
    method: "POST",
    body,
    headers: { [serviceHeader]: "1" },
  });
}

function addressOf(party: string, lobby: Party.Lobby): RoomAddress | undefined {
  const room = roomIdSchema.safeParse(lobby.id);
  return room.success ? { party, room: room.data } : undefined;
}

/** The keys that tokens are checked with; a setting that is missing or wrong lets nobody in. */
function keysOf(lobby: Party.Lobby): readonly TokenKey[] {
  const keys = tokenKeysSchema.safeParse(lobby.env.ROOM_TOKEN_KEYS);
  if (keys.success) return keys.data;
  console.error(JSON.stringify({ level: "error", message: "ROOM_TOKEN_KEYS is missing or wrong" }));
  return [];
}
