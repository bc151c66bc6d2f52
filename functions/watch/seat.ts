import type { TokenKey } from "../../platform/tokens/jwt.ts";
import type { RoomAddress } from "../../platform/tokens/room.ts";
import { seatLifetime_ms, signSeat, verifySeat } from "../../platform/tokens/seat.ts";
import { memberIdSchema } from "../../protocol/watch/member.ts";
import { type WatchRole, watchRoleSchema } from "../../protocol/watch/permissions.ts";
import { ProblemError } from "../problem.ts";

/** Who somebody is in a watch room, as they were told at their last join. */
export interface WatchSeat {
  readonly member: string;
  readonly role: WatchRole;
}

export function watchAddress(room: string) {
  return { party: "watch", room } as const;
}

/**
 * The seat a caller shows.
 * @throws ProblemError `token_missing` for none, `token_expired` and `token_invalid` for one that is
 *   old, forged or of another room; the caller may drop it and join anew
 */
export async function seatOf(
  shown: string | undefined,
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<WatchSeat> {
  const verified = await verifySeat(shown, address, keys, now_ms);
  if (!verified.ok) throw new ProblemError(verified.code, { detail: advice });
  const role = watchRoleSchema.safeParse(verified.seat.role).data;
  const member = memberIdSchema.safeParse(verified.seat.member).data;
  if (role === undefined || member === undefined)
    throw new ProblemError("token_invalid", { detail: advice });
  return { member, role };
}

const advice = "this seat is not valid in this room; join without it";

/** Signs a seat that lasts until a day after now. */
export function newSeat(
  { member, role }: WatchSeat,
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<string> {
  return signSeat({ member, role }, address, keys, { now_ms, lifetime_ms: seatLifetime_ms });
}
