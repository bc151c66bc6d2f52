import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  deleteWatchRoom,
  findWatchRoom,
  updateWatchRoom,
  type WatchRoomChanges,
} from "../../db/queries/watch.ts";
import type { WatchRequest } from "../../protocol/watch/request.ts";
import type { updateWatchRoomSchema, WatchRoom } from "../../protocol/watch/rest.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { askRoom } from "../rooms/stub.ts";
import { unlist } from "./directory.ts";
import { hashRoomPassword } from "./password.ts";
import { findRow, forgetCopies, missing, roomOf } from "./room.ts";
import { requireHost, room_ms_max, standingOf } from "./standing.ts";

type Changes = z.output<typeof updateWatchRoomSchema>;

const doneSchema = z.object({ ok: z.literal(true) });

/**
 * Changes a room, for its host: first what is kept, then, if anybody was ever in it, the room itself.
 * When the room does not answer, asking for the same change again does no harm.
 * @throws ProblemError `not_allowed` and others of `requireHost`, `room_expired`, `room_not_found`,
 *   `room_unavailable`, `unavailable`
 */
export async function changeRoom(
  c: Context<AppEnv>,
  id: string,
  { password, ...wanted }: Changes,
): Promise<WatchRoom> {
  const { services } = c.var;
  await requireHost(c, id, await findRow(c, id));
  const changes: WatchRoomChanges = defined(wanted);
  if (password !== undefined)
    changes.passwordHash = password === null ? null : await hashRoomPassword(password);
  const row = await queried(() => updateWatchRoom(services.db, id, changes));
  await forgetCopies(c, id);
  if (row === undefined) return await missing(c, id);
  if (row.joined) {
    const hasPassword = password === undefined ? {} : { hasPassword: password !== null };
    await tellRoom(c, id, { type: "update", ...defined(wanted), ...hasPassword });
  }
  if (wanted.public === false) await unlist(services, id);
  return roomOf(row);
}

/**
 * Ends a room, for its host: everybody in it is sent away and nothing of it is kept. Asked again it
 * finishes what was left undone, or says that nothing was.
 * @throws ProblemError as `changeRoom`
 */
export async function endRoom(c: Context<AppEnv>, id: string): Promise<void> {
  const { services } = c.var;
  const row = await queried(() => findWatchRoom(services.db, id));
  // Without its row a room may live on, if it could not be told of its end.
  if (row !== undefined) await requireHost(c, id, row);
  else if ((await standingOf(c, id, null)).role !== "host") return await missing(c, id);
  await queried(() => deleteWatchRoom(services.db, id));
  await forgetCopies(c, id);
  // The row is gone, so nobody comes in any more; whoever is inside is told now.
  if (row?.joined !== false) await tellRoom(c, id, { type: "end" });
  await unlist(services, id);
}

async function tellRoom(c: Context<AppEnv>, id: string, request: WatchRequest): Promise<void> {
  const { rooms } = c.var.services;
  await askRoom(rooms.watch, "watch", id, request, doneSchema, room_ms_max);
}

/** Without the keys that were not named, which are not to be written. */
function defined<T extends object>(values: T) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
