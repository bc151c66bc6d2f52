import { type RoomClaims, roomClaimsSchema } from "../../protocol/room.ts";
import { type Lifetime, signToken, type TokenKey, type TokenProblem, verifyToken } from "./jwt.ts";

/** A room's address: which party, and which room of it. */
export interface RoomAddress {
  readonly party: string;
  readonly room: string;
}

/** Life of a room token: it is used at once, to open one socket. */
export const roomTokenLifetime_ms = 60_000;

const audienceOf = ({ party, room }: RoomAddress) => `room:${party}/${room}`;

/** Signs the note that lets its holder open a socket to one room, as one member, for a short while. */
export function signRoomToken(
  claims: RoomClaims,
  keys: readonly TokenKey[],
  lifetime: Lifetime,
): Promise<string> {
  const { member, name, role, data } = claims;
  return signToken({ sub: member, name, role, data }, audienceOf(claims), keys, lifetime);
}

/**
 * Who is asking to enter this room. A token for another room, a seat or a service token is
 * `token_invalid` here, because its audience is another.
 */
export async function verifyRoomToken(
  token: string | null | undefined,
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<{ readonly ok: true; readonly claims: RoomClaims } | TokenProblem> {
  const verified = await verifyToken(token, audienceOf(address), keys, now_ms);
  if (!verified.ok) return verified;
  const { sub, name, role, data } = verified.payload;
  const claims = roomClaimsSchema.safeParse({
    party: address.party,
    room: address.room,
    member: sub,
    name,
    role,
    data,
  });
  return claims.success ? { ok: true, claims: claims.data } : { ok: false, code: "token_invalid" };
}
