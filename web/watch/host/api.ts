import { hc } from "hono/client";
import type { WatchApi } from "../../../functions/watch/routes.ts";
import type { CreateWatchInvite, WatchInvite } from "../../../protocol/watch/invite.ts";
import type { UpdateWatchRoom, WatchRoom } from "../../../protocol/watch/rest.ts";
import { problemOf } from "../../api/problem.ts";

/** No answer within this time is a failure: a page must not wait for ever. */
const answer_ms_max = 10_000;

const room = hc<WatchApi>("/").v1.watch.rooms[":id"];
const limits = () => ({ init: { signal: AbortSignal.timeout(answer_ms_max) } });

/** Who asks: a room, and the seat that its holder has in it. */
export interface Seated {
  readonly id: string;
  readonly seat: string;
}

const shown = ({ id, seat }: Seated) => ({
  param: { id },
  header: { authorization: `Bearer ${seat}` },
});

/** Changes what a room is; for its host. @throws ApiProblem */
export async function updateRoom(seated: Seated, json: UpdateWatchRoom): Promise<WatchRoom> {
  const response = await room.$patch({ ...shown(seated), json }, limits());
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

/** Ends a room for everybody, for good; for its host. @throws ApiProblem */
export async function endRoom(seated: Seated): Promise<void> {
  const response = await room.$delete(shown(seated), limits());
  if (!response.ok) throw await problemOf(response);
}

/** Makes an invite that expires. @throws ApiProblem */
export async function makeInvite(seated: Seated, json: CreateWatchInvite): Promise<WatchInvite> {
  const response = await room.invites.$post({ ...shown(seated), json }, limits());
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

/** Makes every invite of the room worthless. @throws ApiProblem */
export async function revokeInvites(seated: Seated): Promise<void> {
  const response = await room.invites.$delete(shown(seated), limits());
  if (!response.ok) throw await problemOf(response);
}
