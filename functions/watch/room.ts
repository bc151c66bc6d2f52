import { type Db, sqlState } from "../../db/client.ts";
import { findWatchRoom, insertWatchRoom } from "../../db/queries/watch.ts";
import type { WatchRoomRow } from "../../db/schema/watch.ts";
import type { Cache } from "../../platform/cache/cache.ts";
import { findSampleMedia, type Media } from "../../protocol/watch/media.ts";
import { type WatchRoom, watchRoomSchema } from "../../protocol/watch/rest.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";
import { randomId } from "../random-id.ts";

const uniqueViolation = "23505";
/** With 96 random bits one try is enough; a second costs nothing to have. */
const tries_max = 2;

/**
 * Keeps a new room under an id nobody can guess.
 * @throws ProblemError `unavailable`
 */
export async function createRoom(db: Db, title: string, media: Media): Promise<WatchRoom> {
  const insert = () => insertWatchRoom(db, { id: randomId(), title, mediaId: media.id });
  const row = await queried(async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await insert();
      } catch (error) {
        if (tries === tries_max || sqlState(error) !== uniqueViolation) throw error;
      }
    }
  });
  return roomOf(row, media);
}

/**
 * The room with this id, or that there is none, as it was at most some seconds ago. Nobody can ask
 * for a room before it is made, because its id cannot be guessed, and no room changes: so nothing is
 * ever to be invalidated.
 * @throws ProblemError `room_not_found`, also when its clip is no longer shipped; `unavailable`
 */
export async function findRoom(db: Db, cache: Cache, id: string): Promise<WatchRoom> {
  const load = () => loadRoom(db, id);
  const room = await cache.read("roomDirectory", `watch:${id}`, load, { schema: watchRoomSchema });
  if (room === undefined) throw new ProblemError("room_not_found");
  return room;
}

async function loadRoom(db: Db, id: string): Promise<WatchRoom | undefined> {
  const row = await queried(() => findWatchRoom(db, id));
  const media = row === undefined ? undefined : findSampleMedia(row.mediaId);
  return row === undefined || media === undefined ? undefined : roomOf(row, media);
}

function roomOf({ id, title, createdAt }: WatchRoomRow, media: Media): WatchRoom {
  return { id, title, media, createdAt: createdAt.toISOString() };
}
