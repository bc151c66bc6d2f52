import { findPartner } from "../../db/queries/match-call.ts";
import { listFormerIds } from "../../db/queries/match-owner.ts";
import { lobbyDoneSchema } from "../../protocol/match/requests.ts";
import { queried } from "../database.ts";
import { askRoom } from "../rooms/stub.ts";
import type { Services } from "../services.ts";
import { removeFromLobbies } from "./lobbies.ts";

/** How long one waits for a call's room. */
const end_ms_max = 3_000;

type Parts = Pick<Services, "db" | "rooms" | "settings">;

/**
 * Puts somebody out of lobbies, queues and the call they are in, at once. What keeps them out is in
 * Postgres already: a room that does not answer lets them in no second time, and a call that does
 * not hear of it ends with its time.
 * @param callId a call they were in, as far as that is known; others the lobbies tell
 */
export async function putOut(parts: Parts, userId: string, callId?: string): Promise<void> {
  // Rooms may still know somebody by the id they had before their account.
  const former = await queried(() => listFormerIds(parts.db, userId));
  const ids = [userId, ...former];
  const led = await Promise.all(ids.map((id) => removeFromLobbies(parts, id)));
  const calls = new Set([...led.flat(), ...(callId === undefined ? [] : [callId])]);
  await Promise.all([...calls].map((id) => endCall(parts, id, userId)));
}

/** Ends a call, if it still goes on; one that is over is in the history. */
async function endCall({ db, rooms }: Parts, callId: string, userId: string): Promise<void> {
  if ((await queried(() => findPartner(db, callId, userId))) !== undefined) return;
  try {
    await askRoom(rooms.call, "call", callId, { type: "end" }, lobbyDoneSchema, end_ms_max);
  } catch {
    // The ban holds for the next one; this call ends with its time at the latest.
  }
}
