import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { noteWatchJoin } from "../../db/queries/watch.ts";
import { tokenExpiry_ms } from "../../platform/tokens/jwt.ts";
import {
  resumeTokenLifetime_ms,
  roomTokenLifetime_ms,
  signResumeToken,
  signRoomToken,
} from "../../platform/tokens/room.ts";
import type { JoinedWatchRoom, joinWatchRoomSchema } from "../../protocol/watch/rest.ts";
import type { watchResumeDataSchema, watchRoomDataSchema } from "../../protocol/watch/room-data.ts";
import type { AppEnv } from "../app.ts";
import { backgroundOf } from "../background.ts";
import { identify } from "../identity/identify.ts";
import { errorFields, log } from "../log.ts";
import { admit } from "./admission.ts";
import { findRoom, findRow, type KeptRoom, shownRoom } from "./room.ts";
import { newSeat, watchAddress } from "./seat.ts";
import { sessionHash } from "./session.ts";

const hour_ms = 3_600_000;

/**
 * Lets somebody into a room: tokens for its socket, and the seat for the next time. Whether there is
 * space, whether the room is locked, and whether they were put out, the room itself says.
 * @throws ProblemError those of `findRoom` and of `admit`
 */
export async function joinRoom(
  c: Context<AppEnv>,
  id: string,
  { name, ...credentials }: z.output<typeof joinWatchRoomSchema>,
): Promise<JoinedWatchRoom> {
  const { services } = c.var;
  const keys = services.settings.ROOM_TOKEN_KEYS.reveal();
  const room = await findRoom(c, id);
  // A copy of a room that was quiet for long may be of one that has expired since, and whoever got a
  // token for it would open it anew.
  if (services.now_ms() - room.usedAt_ms >= hour_ms) await findRow(c, id);
  const { member, role } = await admit(c, room, credentials);
  const session = await sessionHash(keys, id, await sessionOwner(c, member));
  const now_ms = services.now_ms();
  const address = watchAddress(id);
  const entry = { now_ms, lifetime_ms: roomTokenLifetime_ms };
  const back = { now_ms, lifetime_ms: resumeTokenLifetime_ms };
  const claims = { ...address, member, name, role };
  const [token, resume, seat] = await Promise.all([
    signRoomToken({ ...claims, data: dataOf(room, session) }, keys, entry),
    signResumeToken({ ...claims, data: resumeData(session) }, keys, back),
    newSeat({ member, role }, address, keys, now_ms),
  ]);
  noteUse(c, room, now_ms);
  return {
    ...{ room: shownRoom(room), memberId: member, role, seat, token, resume },
    tokenExpiresAt_ms: tokenExpiry_ms(entry),
    resumeExpiresAt_ms: tokenExpiry_ms(back),
    socketPath: `/parties/watch/${id}`,
  };
}

/** What the room needs to come into being, should this be its first visitor. */
function dataOf(room: KeptRoom, session: string): z.output<typeof watchRoomDataSchema> {
  const { title, source, maxParticipants, permissions, gate, hasPassword } = room;
  return {
    ...{ title, media: source, maxParticipants, permissions, gate, hasPassword, session },
    public: room.public,
  };
}

/** Where somebody comes back to there is a room already. */
function resumeData(session: string): z.output<typeof watchResumeDataSchema> {
  return { session };
}

async function sessionOwner(c: Context<AppEnv>, member: string) {
  const identity = await identify(c);
  return identity?.type === "user"
    ? ({ type: "user", id: identity.user.id } as const)
    : ({ type: "member", id: member } as const);
}

/**
 * Notes, once an hour, that the room is in use, after the answer: nobody waits for it. A note that
 * fails is made again at the next join, long before anybody would take the room for unused.
 */
function noteUse(c: Context<AppEnv>, room: KeptRoom, now_ms: number): void {
  if (room.joined && now_ms - room.usedAt_ms < hour_ms) return;
  const { db, settings } = c.var.services;
  const noted = noteWatchJoin(db, room.id).catch((error: unknown) =>
    log("warn", "A join could not be noted", errorFields(error), settings.LOG_LEVEL),
  );
  backgroundOf(c)?.(noted);
}
