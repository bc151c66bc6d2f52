import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { defaultSampleId, findSampleMedia } from "../../protocol/watch/media.ts";
import type { createWatchRoomSchema, WatchRoom } from "../../protocol/watch/rest.ts";
import type { Source } from "../../protocol/watch/source.ts";
import type { AppEnv } from "../app.ts";
import { identify } from "../identity/identify.ts";
import { ProblemError } from "../problem.ts";
import { randomId } from "../random-id.ts";
import { hashRoomPassword } from "./password.ts";
import { createRoom } from "./room.ts";
import { newSeat, watchAddress } from "./seat.ts";

/**
 * Makes a room, and the seat of its host. Somebody who is signed in, as a guest too, will find it
 * among their rooms. Nothing is fetched: whether a source can be had the maker's browser has seen.
 * @throws ProblemError `bad_request` for a clip that does not ship, `unavailable`
 */
export async function makeRoom(
  c: Context<AppEnv>,
  wanted: z.output<typeof createWatchRoomSchema>,
): Promise<{ room: WatchRoom; seat: string }> {
  const { settings, now_ms } = c.var.services;
  const { title, maxParticipants, permissions, gate, password } = wanted;
  const source = sourceOf(wanted);
  const [identity, passwordHash] = await Promise.all([
    identify(c),
    password === undefined ? null : hashRoomPassword(password),
  ]);
  const room = await createRoom(c, {
    ...{ title, source, maxParticipants, permissions, gate, passwordHash },
    public: wanted.public,
    createdBy: identity?.type === "user" ? identity.user.id : null,
  });
  const host = { member: randomId(), role: "host" } as const;
  const keys = settings.ROOM_TOKEN_KEYS.reveal();
  return { room, seat: await newSeat(host, watchAddress(room.id), keys, now_ms()) };
}

function sourceOf({
  source,
  mediaId,
}: Pick<z.output<typeof createWatchRoomSchema>, "source" | "mediaId">): Source {
  const wanted: Source = source ?? { kind: "sample", id: mediaId ?? defaultSampleId };
  if (wanted.kind !== "sample" || findSampleMedia(wanted.id) !== undefined) return wanted;
  const path = source === undefined ? "mediaId" : "source.id";
  throw new ProblemError("bad_request", {
    issues: [{ path, message: "there is no such clip; GET /v1/watch/media lists them" }],
  });
}
