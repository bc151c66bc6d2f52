import type { Context } from "hono";
import { findPartner } from "../../db/queries/match-call.ts";
import { verifyRoomOrResumeToken } from "../../platform/tokens/room.ts";
import { callStateSchema } from "../../protocol/match/requests.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";
import { askRoom } from "../rooms/stub.ts";

const ask_ms_max = 3_000;

/**
 * Whom somebody met in a call, over or not: from the history, or from the room of a call that goes
 * on. The id is null for a partner who is gone, or has not come yet.
 * @throws ProblemError `not_found` for a call that is not theirs; `room_unavailable`, `unavailable`
 */
export async function partnerOf(
  c: Context<AppEnv>,
  callId: string,
  userId: string,
): Promise<string | null> {
  const { db, rooms } = c.var.services;
  const past = await queried(() => findPartner(db, callId, userId));
  if (past !== undefined) return past.partnerId;
  const state = { type: "state" };
  const { members } = await askRoom(rooms.call, "call", callId, state, callStateSchema, ask_ms_max);
  if (!members.includes(userId)) throw new ProblemError("not_found");
  return members.find((member) => member !== userId) ?? null;
}

/**
 * Makes sure that somebody is one of a call's two: by the token that a lobby gave them for it, which
 * costs nothing, or else by asking.
 * @throws ProblemError `token_invalid`, `token_expired`, and those of `partnerOf`
 */
export async function requireMember(
  c: Context<AppEnv>,
  callId: string,
  userId: string,
  token: string | undefined,
): Promise<void> {
  if (token === undefined) {
    await partnerOf(c, callId, userId);
    return;
  }
  const { settings, now_ms } = c.var.services;
  const address = { party: "call", room: callId };
  const keys = settings.ROOM_TOKEN_KEYS.reveal();
  const verified = await verifyRoomOrResumeToken(token, address, keys, now_ms());
  if (!verified.ok) throw new ProblemError(verified.code);
  if (verified.claims.member !== userId) throw new ProblemError("token_invalid");
}
