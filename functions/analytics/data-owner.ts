import { eraseGames, moveGames, ownerPages } from "../../db/queries/analytics-owner.ts";
import { type DataOwner, paged } from "../identity/data-owner.ts";

/**
 * Games belong to people and to organizations, and go with them: with their keys, and with all that
 * they have taken in, of which a job deletes what is too much for one transaction. A person's export has the games, their keys and rules; what their players did
 * is taken along from the game itself.
 */
export const analyticsData: DataOwner = {
  name: "analytics",
  move: (db, fromUserId, toUserId) => [moveGames(db, fromUserId, toUserId)],
  exportTables: (db, userId) =>
    Object.entries(ownerPages(db, userId)).map(([table, page]) => ({
      table,
      rows: () =>
        paged<{ readonly id: string } & Record<string, unknown>, string>(
          (after, limit) => page(after ?? "", limit),
          ({ id }) => id,
        ),
    })),
  erase: (db, { userId, organizationIds }, receiptId) =>
    eraseGames(db, userId, organizationIds, receiptId),
};
