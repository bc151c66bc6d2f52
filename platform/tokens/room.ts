import type { JWTPayload } from "jose";
import { type RoomClaims, roomClaimsSchema } from "../../protocol/room.ts";
import { type Lifetime, signToken, type TokenKey, type TokenProblem, verifyToken } from "./jwt.ts";

/** A room's address: which party, and which room of it. */
export interface RoomAddress {
  readonly party: string;
  readonly room: string;
}

/** Life of a room token: it is used at once, to open one socket. */
export const roomTokenLifetime_ms = 60_000;
/**
 * Life of a resume token, which opens the same room again after a lost line, without asking for
 * leave anew. What has changed since (a ban, another role, the room's end) the room itself knows.
 */
export const resumeTokenLifetime_ms = 12 * 60 * 60 * 1000;

const audienceOf = ({ party, room }: RoomAddress) => `room:${party}/${room}`;
const resumeAudienceOf = ({ party, room }: RoomAddress) => `resume:${party}/${room}`;

/** Signs the note that lets its holder open a socket to one room, as one member, for a short while. */
export function signRoomToken(
  claims: RoomClaims,
  keys: readonly TokenKey[],
  lifetime: Lifetime,
): Promise<string> {
  return signToken(payloadOf(claims), audienceOf(claims), keys, lifetime);
}

/** Signs the note with which the same member comes back to the same room in one round trip. */
export function signResumeToken(
  claims: RoomClaims,
  keys: readonly TokenKey[],
  lifetime: Lifetime,
): Promise<string> {
  return signToken(payloadOf(claims), resumeAudienceOf(claims), keys, lifetime);
}

const payloadOf = ({ member, name, role, data }: RoomClaims) => ({ sub: member, name, role, data });

type VerifiedClaims = { readonly ok: true; readonly claims: RoomClaims } | TokenProblem;

/**
 * Who is asking to enter this room. A token for another room, a seat or a service token is
 * `token_invalid` here, because its audience is another.
 */
export async function verifyRoomToken(
  token: string | null | undefined,
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<VerifiedClaims> {
  const verified = await verifyToken(token, audienceOf(address), keys, now_ms);
  return verified.ok ? claimsOf(verified.payload, address) : verified;
}

/** The same, where a resume token will do as well; its claims then say `resumed`. */
export async function verifyRoomOrResumeToken(
  token: string | null | undefined,
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<VerifiedClaims> {
  const fresh = await verifyRoomToken(token, address, keys, now_ms);
  // An expired one, or none, cannot be of the other kind.
  if (fresh.ok || fresh.code !== "token_invalid") return fresh;
  const verified = await verifyToken(token, resumeAudienceOf(address), keys, now_ms);
  if (!verified.ok) return verified;
  const resumed = claimsOf(verified.payload, address);
  return resumed.ok ? { ok: true, claims: { ...resumed.claims, resumed: true } } : resumed;
}

function claimsOf({ sub, name, role, data }: JWTPayload, address: RoomAddress): VerifiedClaims {
  const { party, room } = address;
  const claims = roomClaimsSchema.safeParse({ party, room, member: sub, name, role, data });
  return claims.success ? { ok: true, claims: claims.data } : { ok: false, code: "token_invalid" };
}
