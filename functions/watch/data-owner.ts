import {
  eraseWatchRooms,
  exportWatchRooms,
  moveWatchRooms,
} from "../../db/queries/watch-person.ts";
import { type DataOwner, paged } from "../identity/data-owner.ts";

const table = "watch_room";

/**
 * What watch keeps of people: the rooms they made. Whoever merely joins a room is known to that room
 * alone, which forgets a day after the last of them left.
 */
export const watchDataOwner: DataOwner = {
  name: "watch",
  move: (db, fromUserId, toUserId) => [moveWatchRooms(db, fromUserId, toUserId)],
  exportTables: (db, userId) => [
    {
      table,
      rows: () =>
        paged(
          (after: string | undefined, limit) => exportWatchRooms(db, userId, after ?? "", limit),
          ({ id }) => id,
        ),
    },
  ],
  erase: (db, { userId }) =>
    userId === undefined ? [] : [{ table, statement: eraseWatchRooms(db, userId) }],
};
