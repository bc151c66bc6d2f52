import { hc } from "hono/client";
import type { WatchApi } from "../../functions/watch/routes.ts";
import type {
  CreateWatchRoom,
  JoinedWatchRoom,
  JoinWatchRoom,
  WatchRoom,
} from "../../protocol/watch/rest.ts";
import { ApiProblem, problemOf } from "../api/problem.ts";

/** No answer within this time is a failure: a page must not wait for ever. */
const answer_ms_max = 10_000;

const client = hc<WatchApi>("/");
const rooms = client.v1.watch.rooms;
const limits = () => ({ init: { signal: AbortSignal.timeout(answer_ms_max) } });

/**
 * Makes a room.
 * @returns the room, and the seat that makes its holder the host
 * @throws ApiProblem
 */
export async function createRoom(
  json: CreateWatchRoom,
): Promise<{ room: WatchRoom; seat: string }> {
  const response = await rooms.$post({ json }, limits());
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

/** A room's title and media, for people who have its link. @throws ApiProblem */
export async function findRoom(id: string): Promise<WatchRoom> {
  const response = await rooms[":id"].$get({ param: { id } }, limits());
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

/**
 * Takes one's seat, or a new one without it, and gets the token for one socket.
 * @throws ApiProblem
 */
export async function joinRoom(id: string, json: JoinWatchRoom): Promise<JoinedWatchRoom> {
  const response = await rooms[":id"].join.$post({ param: { id }, json }, limits());
  if (response.ok) return response.json();
  const problem = await problemOf(response);
  // A seat can outlive the key it was signed with; its holder then comes in as a new viewer.
  const seatRefused = problem instanceof ApiProblem && problem.code.startsWith("token_");
  if (seatRefused && json.seat !== undefined) return joinRoom(id, { name: json.name });
  throw problem;
}
