import type { Context } from "hono";
import { clientKey } from "../../platform/ratelimit/client-ip.ts";
import { isAtLeast } from "../../protocol/watch/permissions.ts";
import type { AppEnv } from "../app.ts";
import { countRequest } from "../middleware/rate-limit.ts";
import { ProblemError } from "../problem.ts";
import { randomId } from "../random-id.ts";
import { invitedRole } from "./invite.ts";
import { isRoomPassword } from "./password.ts";
import { findRow, type KeptRoom } from "./room.ts";
import { seatOf, type WatchSeat, watchAddress } from "./seat.ts";

/** What somebody shows at the door. */
export interface Credentials {
  readonly seat?: string | undefined;
  readonly invite?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * Lets somebody in, or not. A seat is enough: its holder was let in before, and whether they were
 * put out since the room knows. An invite is enough without a password, and can raise a seat's role;
 * beside a seat one that is no longer good does no harm. Everybody else needs the room's password, if
 * it has one.
 * @throws ProblemError `token_invalid`, `token_expired`, `invite_invalid`, `password_required`,
 *   `password_invalid`, `rate_limited`, `unavailable`
 */
export async function admit(
  c: Context<AppEnv>,
  room: KeptRoom,
  { seat, invite, password }: Credentials,
): Promise<WatchSeat> {
  const { settings, now_ms } = c.var.services;
  const keys = settings.ROOM_TOKEN_KEYS.reveal();
  const invited = () =>
    invite === undefined ? undefined : invitedRole(invite, room, keys, now_ms());
  if (seat !== undefined) {
    const held = await seatOf(seat, watchAddress(room.id), keys, now_ms());
    const role = await invited()?.catch(() => undefined);
    return role === undefined || isAtLeast(held.role, role) ? held : { ...held, role };
  }
  const role = await invited();
  if (role === undefined && room.hasPassword) await checkPassword(c, room.id, password);
  return { member: randomId(), role: role ?? "viewer" };
}

/** Every try counts, the good ones too: for this caller and room, and for the room from anywhere. */
async function checkPassword(
  c: Context<AppEnv>,
  id: string,
  password: string | undefined,
): Promise<void> {
  if (password === undefined)
    throw new ProblemError("password_required", {
      detail: "join with its password, or with an invite from somebody inside",
    });
  await countRequest(c, "watch_password", `${clientKey(c.req.raw.headers)}:${id}`);
  await countRequest(c, "watch_password_room", id);
  // The hash is read when it is needed, and never put into the cache.
  const { passwordHash } = await findRow(c, id);
  if (passwordHash === null || (await isRoomPassword(passwordHash, password))) return;
  throw new ProblemError("password_invalid", { detail: "ask somebody inside, or try again" });
}
