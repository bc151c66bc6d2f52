import { type Db, sqlState } from "../../db/client.ts";
import { findWatchRoom, insertWatchRoom } from "../../db/queries/watch.ts";
import type { WatchRoomRow } from "../../db/schema/watch.ts";
import { findSampleMedia, type Media } from "../../protocol/watch/media.ts";
import type { WatchRoom } from "../../protocol/watch/rest.ts";
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
 * The room with this id.
 * @throws ProblemError `room_not_found`, also when its clip is no longer shipped; `unavailable`
 */
export async function findRoom(db: Db, id: string): Promise<WatchRoom> {
  const row = await queried(() => findWatchRoom(db, id));
  const media = row === undefined ? undefined : findSampleMedia(row.mediaId);
  if (row === undefined || media === undefined) throw new ProblemError("room_not_found");
  return roomOf(row, media);
}

function roomOf({ id, title, createdAt }: WatchRoomRow, media: Media): WatchRoom {
  return { id, title, media, createdAt: createdAt.toISOString() };
}
