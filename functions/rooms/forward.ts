import {
  claimsHeader,
  encodeClaims,
  roomNameHeader,
  serviceHeader,
} from "../../platform/tokens/claims-header.ts";
import type { RoomAddress } from "../../platform/tokens/room.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import type { RoomNamespace } from "../env.ts";
import { ProblemError } from "../problem.ts";

/** When to come back to a room that did not answer. */
const roomRetry_s = 2;
/** Headers that only we may write towards a room, and those a room has no business with. */
const ours = /^(x-offrail-|x-partykit-|authorization$|cookie$)/i;

/** The problem of a room that cannot be reached, in whatever way. */
export function roomUnavailable(cause?: unknown): ProblemError {
  const problem = new ProblemError("room_unavailable", { retryAfter_s: roomRetry_s });
  problem.cause = cause;
  return problem;
}

/**
 * The request a room gets for a socket that may enter: the client's own, with the claims of its
 * checked token in a header. The query is dropped, because rooms keep a socket's address and the
 * token must not be kept, and because connection ids are for the room to choose.
 */
export function entryRequest(client: Request, claims: RoomClaims): Request {
  const headers = foreignHeaders(client.headers);
  headers.set(claimsHeader, encodeClaims(claims));
  headers.set(roomNameHeader, claims.room);
  return new Request(addressOf(client.url, claims), { method: "GET", headers });
}

/** The request a room gets from one of our own functions. */
export function serviceRequest(origin: string, address: RoomAddress, body: string): Request {
  return new Request(addressOf(origin, address), {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      [serviceHeader]: "1",
      [roomNameHeader]: address.room,
    },
    body,
  });
}

/** Sends a request to a room; a room that throws is `room_unavailable`. */
export async function sendToRoom(
  namespace: RoomNamespace,
  room: string,
  request: Request,
): Promise<Response> {
  try {
    return await namespace.get(namespace.idFromName(room)).fetch(request);
  } catch (error) {
    throw roomUnavailable(error);
  }
}

function foreignHeaders(headers: Headers): Headers {
  const kept = new Headers();
  for (const [name, value] of headers) if (!ours.test(name)) kept.append(name, value);
  return kept;
}

function addressOf(base: string, { party, room }: RoomAddress): string {
  return new URL(`/parties/${party}/${room}`, base).href;
}
