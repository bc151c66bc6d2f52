import type { Context } from "hono";
import {
  listPublicWatchRooms,
  listWatchRoomsOf,
  type WatchRoomPlace,
} from "../../db/queries/watch-list.ts";
import type { WatchRoomRow } from "../../db/schema/watch.ts";
import { DirectoryError, parseDirectoryCursor } from "../../platform/directory/directory.ts";
import type { WatchRoomList, WatchRoomListing } from "../../protocol/watch/listing.ts";
import { titleOf } from "../../protocol/watch/source-facts.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { requireUser } from "../identity/identify.ts";
import { ProblemError } from "../problem.ts";
import { watchDirectory } from "./directory.ts";

/** Which page of a list. */
export interface ListPage {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * Cursors say which list they belong to: `d.` the directory, `p.` public rooms out of Postgres,
 * `m.` the caller's own. Behind the mark stands a moment and an id.
 */
type ListMark = "d" | "p" | "m";

/**
 * A page of the public rooms: the directory's, or Postgres's when Redis does not answer. Pages go on
 * in the list that they began in; one of the directory's that cannot go on begins anew, so that
 * rooms may come twice and none is left out.
 * @throws ProblemError `bad_request` for a cursor that is none, `unavailable`
 */
export async function listPublicRooms(
  c: Context<AppEnv>,
  { limit, cursor }: ListPage,
): Promise<WatchRoomList> {
  const { mark, place } = placeOf(cursor, ["d", "p"]);
  if (mark !== "p") {
    try {
      return await livePage(c, limit, place === undefined ? null : textOf(place));
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
    }
  }
  const after = mark === "p" ? place : undefined;
  const { db } = c.var.services;
  return pageOf("p", limit, await queried(() => listPublicWatchRooms(db, limit + 1, after)));
}

/**
 * A page of the rooms that the caller made.
 * @throws ProblemError `sign_in_required`, `bad_request`, `unavailable`
 */
export async function listOwnRooms(
  c: Context<AppEnv>,
  { limit, cursor }: ListPage,
): Promise<WatchRoomList> {
  const { user } = await requireUser(c);
  const { place } = placeOf(cursor, ["m"]);
  const { db } = c.var.services;
  const rows = await queried(() => listWatchRoomsOf(db, user.id, limit + 1, place));
  return pageOf("m", limit, rows);
}

async function livePage(
  c: Context<AppEnv>,
  limit: number,
  cursor: string | null,
): Promise<WatchRoomList> {
  const { entries, nextCursor } = await watchDirectory(c.var.services).list({ limit, cursor });
  return {
    rooms: [...entries],
    counts: { people: entries.reduce((sum, { people }) => sum + people, 0) },
    nextCursor: nextCursor === null ? null : `d.${nextCursor}`,
  };
}

/** @param rows one more than the page has, if there are more */
function pageOf(mark: ListMark, limit: number, rows: readonly WatchRoomRow[]): WatchRoomList {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const nextCursor =
    last === undefined
      ? null
      : `${mark}.${textOf({ createdAt_ms: last.createdAt.getTime(), id: last.id })}`;
  return { rooms: shown.map(listingOf), counts: null, nextCursor };
}

function listingOf(row: WatchRoomRow): WatchRoomListing {
  return {
    id: row.id,
    title: row.title,
    mediaTitle: titleOf(row.source),
    people: null,
    capacity: row.maxParticipants,
    locked: null,
    hasPassword: row.passwordHash !== null,
    activeAt_ms: null,
  };
}

function textOf({ createdAt_ms, id }: WatchRoomPlace): string {
  return `${createdAt_ms}.${id}`;
}

function placeOf(
  cursor: string | undefined,
  marks: readonly ListMark[],
): { mark?: ListMark; place?: WatchRoomPlace } {
  if (cursor === undefined) return {};
  const mark = marks.find((one) => cursor.startsWith(`${one}.`));
  const parsed = mark === undefined ? undefined : parseDirectoryCursor(cursor.slice(2));
  if (mark === undefined || parsed === undefined)
    throw new ProblemError("bad_request", {
      issues: [{ path: "cursor", message: "take nextCursor of the same list as it is" }],
    });
  return { mark, place: { createdAt_ms: parsed.activeAt_ms, id: parsed.id } };
}
