import type { TokenKey } from "../../platform/tokens/jwt.ts";
import type { RoomAddress } from "../../platform/tokens/room.ts";
import { verifySeat } from "../../platform/tokens/seat.ts";
import { type WatchRole, watchRoleSchema } from "../../protocol/watch/down.ts";
import { ProblemError } from "../problem.ts";
import { randomId } from "../random-id.ts";

/** Who somebody is in a watch room. */
export interface WatchSeat {
  readonly member: string;
  readonly role: WatchRole;
}

/**
 * The seat a caller shows, or a new viewer's when none is shown.
 * @throws ProblemError `token_invalid` for a seat that is forged, expired or of another room; the
 *   caller may drop it and join anew as a viewer
 */
export async function seatOf(
  shown: string | undefined,
  address: RoomAddress,
  keys: readonly TokenKey[],
  now_ms: number,
): Promise<WatchSeat> {
  if (shown === undefined) return { member: randomId(), role: "viewer" };
  const verified = await verifySeat(shown, address, keys, now_ms);
  const role = verified.ok ? watchRoleSchema.safeParse(verified.seat.role).data : undefined;
  if (!verified.ok || role === undefined)
    throw new ProblemError("token_invalid", { detail: "this seat is not valid in this room" });
  return { member: verified.seat.member, role };
}
