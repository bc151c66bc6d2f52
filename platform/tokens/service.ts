import { signToken, type TokenKey, type TokenProblem, verifyToken } from "./jwt.ts";
import type { RoomAddress } from "./room.ts";

const lifetime_ms = 30_000;

const audienceOf = ({ party, room }: RoomAddress) => `service:${party}/${room}`;

/**
 * Signs a function's own request to one room, for hosts whose rooms can be reached from outside.
 * It goes into `Authorization: Bearer <token>` and lives 30 s.
 */
export function signServiceToken(
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<string> {
  return signToken({}, audienceOf(address), keys, { now_ms, lifetime_ms });
}

/** Whether a request to this room comes from one of our own functions. */
export async function verifyServiceToken(
  token: string | null | undefined,
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<{ readonly ok: true } | TokenProblem> {
  const verified = await verifyToken(token, audienceOf(address), keys, now_ms);
  return verified.ok ? { ok: true } : verified;
}

/** The token in an `Authorization: Bearer` header, or undefined. */
export function bearerToken(authorization: string | null | undefined): string | undefined {
  return /^Bearer ([^\s]+)$/i.exec(authorization ?? "")?.[1];
}
