import { type Directory, DirectoryError } from "../../platform/directory/directory.ts";
import { redisDirectory } from "../../platform/directory/redis-directory.ts";
import { errorFields, log } from "../log.ts";
import type { Services } from "../services.ts";

/** The public rooms, as they announce themselves. */
export function watchDirectory({ redis, now_ms }: Services): Directory {
  return redisDirectory(redis, "watch", now_ms);
}

/**
 * Takes a room off the public list. When Redis does not take it the entry stays for a day at most,
 * and leads to an answer that says that the room is over.
 */
export async function unlist(services: Services, id: string): Promise<void> {
  try {
    await watchDirectory(services).remove(id);
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    const { LOG_LEVEL } = services.settings;
    log("warn", "A room could not be taken off the list", errorFields(error), LOG_LEVEL);
  }
}
