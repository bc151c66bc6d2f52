import {
  matchEraseStatements,
  matchExportPages,
  moveStatements,
} from "../../db/queries/match-owner.ts";
import { type DataOwner, type ExportTable, paged } from "../identity/data-owner.ts";

/** By which column the pages of a table follow one another. */
const keys = {
  match_profile: "userId",
  match_picture: "key",
  match_consent: "rulesVersion",
  match_call: "callId",
  match_block: "blockedId",
  match_report: "id",
  match_ban: "id",
  match_ban_mark: "id",
} as const;

/**
 * What match keeps of people: their profile and picture, what they confirmed, their calls, blocks,
 * reports and bans. Of others' rows that name somebody who goes, the name alone goes.
 */
export const matchData: DataOwner = {
  name: "match",
  move: (db, from, to) => moveStatements(db, from, to),
  exportTables: (db, userId) =>
    Object.entries(matchExportPages(db, userId)).map(([table, page]): ExportTable => {
      const key = keys[table as keyof typeof keys];
      return {
        table,
        rows: () =>
          paged<Readonly<Record<string, unknown>>, string>(
            (after, limit) => page(after ?? "", limit),
            (row) => String(row[key]),
          ),
      };
    }),
  erase: (db, { userId }) => (userId === undefined ? [] : matchEraseStatements(db, userId)),
};
