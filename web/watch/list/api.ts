import { hc } from "hono/client";
import type { WatchApi } from "../../../functions/watch/routes.ts";
import type { WatchRoomList } from "../../../protocol/watch/listing.ts";
import { problemOf } from "../../api/problem.ts";

/** No answer within this time is a failure: a page must not wait for ever. */
const answer_ms_max = 10_000;
const page = "10";

const rooms = hc<WatchApi>("/").v1.watch.rooms;

/**
 * A page of the public rooms, or of the caller's own.
 * @param cursor of the page before
 * @throws ApiProblem
 */
export async function listRooms(
  whose: "public" | "mine",
  cursor: string | null,
): Promise<WatchRoomList> {
  const query = {
    limit: page,
    ...(cursor === null ? {} : { cursor }),
    ...(whose === "mine" ? { mine: "true" as const } : {}),
  };
  const signal = AbortSignal.timeout(answer_ms_max);
  const response = await rooms.$get({ query }, { init: { signal } });
  if (!response.ok) throw await problemOf(response);
  return response.json();
}
