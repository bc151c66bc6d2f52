import { base64url } from "jose";
import { type RoomClaims, roomClaimsSchema } from "../../protocol/room.ts";

/**
 * Headers with which the Worker tells a room who is asking. A room may trust them, because a
 * Durable Object can be reached through the Worker alone, and the Worker drops any a client sent.
 */
export const claimsHeader = "x-offrail-claims";
export const serviceHeader = "x-offrail-service";
export const roomNameHeader = "x-partykit-room";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Claims as a header value: base64url of JSON in UTF-8, because headers are ASCII. */
export function encodeClaims(claims: RoomClaims): string {
  return base64url.encode(JSON.stringify(claims));
}

/** The claims in such a value, or undefined when there are none to be read. */
export function decodeClaims(value: string | null | undefined): RoomClaims | undefined {
  if (!value) return undefined;
  try {
    const text = utf8.decode(base64url.decode(value));
    return roomClaimsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
