import { z } from "zod";
import { type Lifetime, signToken, type TokenKey, type TokenProblem, verifyToken } from "./jwt.ts";
import type { RoomAddress } from "./room.ts";

/** Who somebody is in one room, from one visit to the next. */
const seatSchema = z.object({
  member: z.string().min(1).max(64),
  role: z.string().min(1).max(16),
});
export type Seat = z.infer<typeof seatSchema>;

/** Life of a seat; each join hands out a fresh one, so it ends a day after the last visit. */
export const seatLifetime_ms = 24 * 60 * 60 * 1000;

const audienceOf = ({ party, room }: RoomAddress) => `seat:${party}/${room}`;

/** Signs the note a page keeps, so that a reload is the same person in the same role. */
export function signSeat(
  seat: Seat,
  address: RoomAddress,
  keys: readonly TokenKey[],
  lifetime: Lifetime,
): Promise<string> {
  return signToken({ sub: seat.member, role: seat.role }, audienceOf(address), keys, lifetime);
}

/** Whose seat in this room it is. A seat opens no socket; it only earns a room token. */
export async function verifySeat(
  token: string | null | undefined,
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<{ readonly ok: true; readonly seat: Seat } | TokenProblem> {
  const verified = await verifyToken(token, audienceOf(address), keys, now_ms);
  if (!verified.ok) return verified;
  const { sub, role } = verified.payload;
  const seat = seatSchema.safeParse({ member: sub, role });
  return seat.success ? { ok: true, seat: seat.data } : { ok: false, code: "token_invalid" };
}
