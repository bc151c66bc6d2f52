import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { sqlState } from "../../db/client.ts";
import { findWatchRoom, insertWatchRoom } from "../../db/queries/watch.ts";
import type { NewWatchRoom, WatchRoomRow } from "../../db/schema/watch.ts";
import { permissionsSchema } from "../../protocol/watch/permissions.ts";
import { type WatchRoom, watchRoomSchema } from "../../protocol/watch/rest.ts";
import type { AppEnv } from "../app.ts";
import { backgroundOf } from "../background.ts";
import { cacheOf } from "../cache.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";
import { unlist } from "./directory.ts";
import { newRoomId, wasRoomId } from "./room-id.ts";

const uniqueViolation = "23505";
/** With 96 bits against a collision one try is enough; a second costs nothing to have. */
const tries_max = 2;

/** A room as the cache holds it: what answers show, and what joins need. No secret is among it. */
const keptRoomSchema = watchRoomSchema.extend({
  inviteGeneration: z.number().int(),
  joined: z.boolean(),
  usedAt_ms: z.number(),
});
export type KeptRoom = z.infer<typeof keptRoomSchema>;

/** Keeps a new room under an id nobody can guess. @throws ProblemError `unavailable` */
export async function createRoom(
  c: Context<AppEnv>,
  room: Omit<NewWatchRoom, "id">,
): Promise<WatchRoom> {
  const { db, settings } = c.var.services;
  const keys = settings.ROOM_TOKEN_KEYS.reveal();
  const insert = async () => insertWatchRoom(db, { ...room, id: await newRoomId(keys) });
  const row = await queried(async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await insert();
      } catch (error) {
        if (tries === tries_max || sqlState(error) !== uniqueViolation) throw error;
      }
    }
  });
  return roomOf(row);
}

/**
 * The room with this id as it was at most some seconds ago, or as it was changed last: a change
 * invalidates the copy.
 * @throws ProblemError `room_not_found`, `room_expired`, `unavailable`
 */
export async function findRoom(c: Context<AppEnv>, id: string): Promise<KeptRoom> {
  const { db } = c.var.services;
  const load = async () => {
    const row = await queried(() => findWatchRoom(db, id));
    return row === undefined ? undefined : keptRoomOf(row);
  };
  const options = { schema: keptRoomSchema, tags: [tagOf(id)] };
  const room = await cacheOf(c).read("roomDirectory", `watch:${id}`, load, options);
  return room ?? (await missing(c, id));
}

/** The room as it is at this moment. @throws as `findRoom` */
export async function findRow(c: Context<AppEnv>, id: string): Promise<WatchRoomRow> {
  return (await queried(() => findWatchRoom(c.var.services.db, id))) ?? (await missing(c, id));
}

/** Call it after a room has changed: nobody then sees it as it was. */
export async function forgetCopies(c: Context<AppEnv>, id: string): Promise<void> {
  await cacheOf(c).invalidate([tagOf(id)]);
}

/** An id that was made here and leads nowhere is of a room that is over; any other, of none. */
export async function missing(c: Context<AppEnv>, id: string): Promise<never> {
  const keys = c.var.services.settings.ROOM_TOKEN_KEYS.reveal();
  if (!(await wasRoomId(id, keys))) throw new ProblemError("room_not_found");
  // Its place on the list may outlive it: whoever was sent here by the list is the last.
  backgroundOf(c)?.(unlist(c.var.services, id));
  throw new ProblemError("room_expired", {
    detail: "it was ended, or nobody was in it for a day; make a new one",
  });
}

/** A room as answers show it. */
export function roomOf(row: WatchRoomRow): WatchRoom {
  const { id, title, source, maxParticipants, gate } = row;
  return {
    ...{ id, title, source, maxParticipants, gate },
    // Tables that were kept before an action was added say nothing of it.
    permissions: permissionsSchema.parse(row.permissions),
    public: row.public,
    hasPassword: row.passwordHash !== null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** The same, of a room that came from the cache. */
export function shownRoom(room: KeptRoom): WatchRoom {
  const { inviteGeneration: _generation, joined: _joined, usedAt_ms: _used, ...shown } = room;
  return shown;
}

function keptRoomOf(row: WatchRoomRow): KeptRoom {
  const { inviteGeneration, joined, usedAt } = row;
  return { ...roomOf(row), inviteGeneration, joined, usedAt_ms: usedAt.getTime() };
}

function tagOf(id: string): string {
  return `watch-room:${id}`;
}
