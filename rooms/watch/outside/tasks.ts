import { createDb } from "../../../db/client.ts";
import { deleteWatchRoom } from "../../../db/queries/watch.ts";
import type { Directory } from "../../../platform/directory/directory.ts";
import { redisDirectory } from "../../../platform/directory/redis-directory.ts";
import { isolateMeter } from "../../../platform/meter/isolate.ts";
import { inScope, newScope } from "../../../platform/meter/scope.ts";
import { meterSqlFetch } from "../../../platform/meter/sql-fetch.ts";
import { foldRoomSums } from "../../../platform/reports/watch-reports.ts";
import type { Heard, WatchAnswer, WatchTask } from "../types.ts";

/** How long the deletion of a row may take, a database that has to wake included. */
const query_ms_max = 10_000;

/** What a room reaches of the world outside, by its object's environment. */
export interface Outside {
  readonly directory: Directory;
  /** Adds what pages reported to the figures of all rooms. */
  readonly tell: (heard: Heard) => Promise<void>;
  /** Deletes the room's row; true also when it was gone already. */
  readonly deleteRow: (id: string) => Promise<unknown>;
}

/** The outside as the Worker's bindings name it; undefined where there is none, as on a bare host. */
export function outsideOf(env: unknown): Outside | undefined {
  const bindings = env as Readonly<Record<string, unknown>>;
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, VERSION } = bindings;
  const { DATABASE_URL: databaseUrl, NEON_FETCH_ENDPOINT: endpoint } = bindings;
  if (typeof url !== "string" || typeof token !== "string" || typeof databaseUrl !== "string")
    return undefined;
  const version = typeof VERSION === "string" ? VERSION : "dev";
  const { meter, redis } = isolateMeter({ url, token, version });
  const fetchEndpoint = typeof endpoint === "string" ? { fetchEndpoint: endpoint } : {};
  const fetch = meterSqlFetch(meter, Date.now);
  const db = createDb({ databaseUrl, query_ms_max, fetch, ...fetchEndpoint });
  return {
    directory: redisDirectory(redis, "watch"),
    tell: (heard) => foldRoomSums(redis, heard, Date.now()),
    deleteRow: (id) => deleteWatchRoom(db, id),
  };
}

/**
 * Does what a room asks for, and says whether it came about; it never throws. What failed is done
 * again when the room next has reason to ask. Where there is no outside, there is nothing to do.
 * @param report hears of failures, to be logged
 */
export async function runWatchTask(
  task: WatchTask,
  id: string,
  outside: Outside | undefined,
  report: (error: unknown) => void,
): Promise<WatchAnswer> {
  try {
    if (outside !== undefined) await inScope(newScope("watch"), () => perform(task, id, outside));
    return { task: task.type, ok: true };
  } catch (error) {
    report(error);
    return { task: task.type, ok: false };
  }
}

async function perform(task: WatchTask, id: string, { directory, deleteRow, tell }: Outside) {
  switch (task.type) {
    case "announce":
      await directory.put({ id, ...task.entry });
      return;
    case "withdraw":
      await directory.remove(id);
      return;
    case "tell":
      await tell(task.heard);
      return;
    case "expire":
      // The row first: without it nobody is given a token any more, whatever the list says.
      await deleteRow(id);
      await directory.remove(id);
  }
}
