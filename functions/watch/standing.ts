import type { Context } from "hono";
import type { WatchRoomRow } from "../../db/schema/watch.ts";
import { bearerToken } from "../../platform/tokens/service.ts";
import {
  isAtLeast,
  mayDo,
  permissionsSchema,
  type WatchRole,
} from "../../protocol/watch/permissions.ts";
import { roomMemberSchema } from "../../protocol/watch/request.ts";
import type { AppEnv } from "../app.ts";
import { identify } from "../identity/identify.ts";
import { ProblemError } from "../problem.ts";
import { askRoom } from "../rooms/stub.ts";
import { seatOf, watchAddress } from "./seat.ts";

/** A room that wakes from sleep takes some tens of milliseconds to answer. */
export const room_ms_max = 3_000;

/** Who somebody is in a room at this moment. */
export interface Standing {
  readonly role: WatchRole;
  readonly mayInvite: boolean;
}

/** The room of which somebody wants something. */
type RoomFacts = Pick<WatchRoomRow, "joined" | "permissions" | "createdBy">;

/**
 * Who the caller is, by the seat in `Authorization: Bearer`. Roles are handed over and taken away
 * inside the room, so the room is asked, which wakes it; a seat's own word counts only as long as
 * nobody has ever been in there.
 * @param room null when its row is gone
 * @throws ProblemError `token_missing`, `token_invalid`, `token_expired`, `not_allowed` for somebody
 *   who was put out for good, `room_unavailable`
 */
export async function standingOf(
  c: Context<AppEnv>,
  id: string,
  room: RoomFacts | null,
): Promise<Standing> {
  const { settings, rooms, now_ms } = c.var.services;
  const shown = bearerToken(c.req.header("Authorization"));
  const keys = settings.ROOM_TOKEN_KEYS.reveal();
  const seat = await seatOf(shown, watchAddress(id), keys, now_ms());
  if (room?.joined === false) {
    const table = permissionsSchema.parse(room.permissions);
    return { role: seat.role, mayInvite: mayDo(seat.role, "invite", table) };
  }
  const request = { type: "member", memberId: seat.member };
  const member = await askRoom(rooms.watch, "watch", id, request, roomMemberSchema, room_ms_max);
  if (member.banned) throw new ProblemError("room_banned");
  // Somebody the room does not know, or no longer, is nobody special in it.
  return { role: member.role ?? "viewer", mayInvite: member.mayInvite };
}

/**
 * Makes sure that the caller is the room's host, or the account that made the room, which may do the
 * same from anywhere.
 * @throws ProblemError `not_allowed`, and those of `standingOf`
 */
export async function requireHost(c: Context<AppEnv>, id: string, room: RoomFacts): Promise<void> {
  if (await isMaker(c, room)) return;
  const { role } = await standingOf(c, id, room);
  if (!isAtLeast(role, "host"))
    throw new ProblemError("not_allowed", {
      detail: "only the host may do this; ask for the room to be handed over",
    });
}

async function isMaker(c: Context<AppEnv>, room: RoomFacts): Promise<boolean> {
  if (room.createdBy === null) return false;
  const identity = await identify(c);
  return identity?.type === "user" && identity.user.id === room.createdBy;
}
