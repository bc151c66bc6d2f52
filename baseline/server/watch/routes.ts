import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { roomIdSchema } from "../../../protocol/room.ts";
import { findSampleMedia } from "../../../protocol/watch/media.ts";
import { watchRoleSchema } from "../../../protocol/watch/permissions.ts";
import { createWatchRoomSchema, joinWatchRoomSchema } from "../../../protocol/watch/rest.ts";
import { parsed, Refusal } from "../core/problem.ts";
import { resumeLife_ms, type Tokens, tokenLife_ms } from "../core/tokens.ts";
import type { Settings } from "../settings.ts";
import { dataOf, defaultSource, newRoom, viewOf } from "./new-room.ts";
import type { RoomStore } from "./room-store.ts";

const byId = z.object({ id: roomIdSchema });

/** Rooms over HTTP: made and entered. The documents know no listing, passwords or ready gates. */
export function watchRoutes(
  app: FastifyInstance,
  store: RoomStore,
  tokens: Tokens,
  settings: Settings,
): void {
  app.post("/v1/watch/rooms", async (request, reply) => {
    const said = parsed(createWatchRoomSchema, request.body);
    const known = (request.body as { maxParticipants?: unknown }).maxParticipants !== undefined;
    if (said.password !== undefined || said.gate || said.public)
      throw new Refusal(400, "bad_request", "This server knows no password, gate or public list.");
    const maxParticipants = known ? said.maxParticipants : settings.MAX_PARTICIPANTS_PER_ROOM;
    if (said.mediaId !== undefined && findSampleMedia(said.mediaId) === undefined)
      throw new Refusal(400, "bad_request", "mediaId: there is no such clip.");
    const sample = said.mediaId === undefined ? undefined : { kind: "sample", id: said.mediaId };
    const media = said.source ?? (sample as typeof said.source) ?? defaultSource;
    const plain = { gate: false, public: false, hasPassword: false };
    const { title, permissions } = said;
    const room = newRoom(randomUUID(), { title, media, maxParticipants, permissions, ...plain });
    await store.set(room);
    const seat = await tokens.signSeat(room.id, newMember(), "host");
    return reply.code(201).send({ room: viewOf(room), seat });
  });

  app.post("/v1/watch/rooms/:id/join", async (request) => {
    const { id } = parsed(byId, request.params);
    const { name, seat } = parsed(joinWatchRoomSchema, request.body);
    const room = await store.get(id);
    if (room === undefined) throw new Refusal(404, "room_not_found", "There is no such room.");
    const shown = seat === undefined ? undefined : await tokens.readSeat(seat, id);
    if (seat !== undefined && shown === undefined)
      throw new Refusal(401, "token_invalid", "This seat is of another room, or too old.");
    const memberId = shown?.member ?? newMember();
    const role = watchRoleSchema.parse(shown?.role ?? "viewer");
    const data = dataOf(room, `member-${memberId}`);
    const claims = { party: "watch", room: id, member: memberId, name, role, data } as const;
    const now_ms = Date.now();
    return {
      room: viewOf(room),
      memberId,
      role,
      seat: await tokens.signSeat(id, memberId, role),
      token: await tokens.signRoom(claims, tokenLife_ms),
      tokenExpiresAt_ms: now_ms + tokenLife_ms,
      resume: await tokens.signRoom(claims, resumeLife_ms),
      resumeExpiresAt_ms: now_ms + resumeLife_ms,
      socketPath: "/watch",
    };
  });
}

const newMember = () => randomUUID().replaceAll("-", "");
