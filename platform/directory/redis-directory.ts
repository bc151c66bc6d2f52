import { z } from "zod";
import type { Redis } from "../redis/client.ts";
import {
  cursorBehind,
  type Directory,
  type DirectoryCursor,
  DirectoryError,
  type DirectoryPage,
  directoryLimits,
  parseDirectoryCursor,
} from "./directory.ts";
import { listScript, putScript } from "./scripts.ts";

const entrySchema = z.object({
  id: z.string(),
  title: z.string(),
  people: z.number().int().nonnegative(),
  capacity: z.number().int().positive(),
  mediaTitle: z.string(),
  locked: z.boolean(),
  hasPassword: z.boolean(),
  activeAt_ms: z.number().int().nonnegative(),
});
const foundSchema = z.array(z.unknown());

/** The commands of Redis that a directory uses. */
export type DirectoryRedis = Pick<Redis, "eval" | "pipeline">;

/**
 * A directory in Redis: a sorted set by activity beside a hash of entries, both with a day to live.
 * Announcing and listing are one script each, billed as the handful of commands it calls; a page
 * costs the same however many rooms there are. Entries that are over go when a page is read.
 * @param party which rooms: `watch` for instance
 * @param now_ms the clock, by which entries are over
 */
export function redisDirectory(
  redis: DirectoryRedis,
  party: string,
  now_ms: () => number = Date.now,
): Directory {
  const [active, entries] = [`directory:${party}:active`, `directory:${party}:entries`];
  const { entries_max, life_s } = directoryLimits;
  return {
    async put(entry) {
      const { id, activeAt_ms, ...rest } = entry;
      const kept = JSON.stringify({ id, activeAt_ms, ...rest });
      const args = [id, activeAt_ms, kept, life_s, entries_max];
      await answered(() => redis.eval(putScript, [active, entries], args));
    },
    async remove(id) {
      await answered(() => redis.pipeline().zrem(active, id).hdel(entries, id).exec());
    },
    async list({ limit, cursor }) {
      if (!Number.isInteger(limit) || limit < 1 || limit > directoryLimits.page_max)
        throw new RangeError(`a page has from 1 to ${directoryLimits.page_max} rooms`);
      const place = placeOf(cursor);
      const over_ms = now_ms() - life_s * 1000;
      // One more than wanted tells whether there is a next page.
      const args = [over_ms, limit + 1, place?.activeAt_ms ?? "+inf", place?.id ?? ""];
      return pageOf(await answered(() => redis.eval(listScript, [active, entries], args)), limit);
    },
  };
}

function placeOf(cursor: string | null): DirectoryCursor | undefined {
  if (cursor === null) return undefined;
  const place = parseDirectoryCursor(cursor);
  if (place === undefined) throw new RangeError("this is no cursor of a directory");
  return place;
}

/** Entries that another version wrote, in a shape this one does not know, are left out. */
function pageOf(reply: unknown, limit: number): DirectoryPage {
  const found = foundSchema.parse(reply).map((one) => entrySchema.safeParse(one).data);
  const entries = found.slice(0, limit).filter((entry) => entry !== undefined);
  const last = entries.at(-1);
  const more = found.length > limit && last !== undefined;
  return { entries, nextCursor: more ? cursorBehind(last) : null };
}

/** The client's own errors repeat what was sent. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch {
    throw new DirectoryError("the directory's store did not answer");
  }
}
