import { createRoute, z } from "@hono/zod-openapi";
import { tokenExpiry_ms } from "../../../platform/tokens/jwt.ts";
import { roomTokenLifetime_ms, signRoomToken } from "../../../platform/tokens/room.ts";
import { gameIdSchema, gameSettingsSchema } from "../../../protocol/analytics/game.ts";
import {
  openedTailSchema,
  openTailSchema,
  tailListening_ms,
  tailRoom,
} from "../../../protocol/analytics/tail.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { randomId } from "../../random-id.ts";
import { requireGame } from "../access.ts";
import { askBuffer, buffersOf } from "../buffers.ts";

const openTail = createRoute({
  method: "post",
  path: "/v1/analytics/games/{id}/tail",
  tags: ["analytics"],
  summary: "Watch events come in",
  description:
    "Answers with a token that opens the tail's socket within a minute. It shows fifty events a second at most, for an hour. Ask again before that is over and the same socket goes on.",
  middleware: [rateLimit("anonymous"), jsonBody({ bytes_max: 1024 })],
  request: { params: z.object({ id: gameIdSchema }), body: body(openTailSchema) },
  responses: {
    200: answer("Where to watch", openedTailSchema),
    ...problems(400, 401, 403, 404, 413, 415, 429, 503),
  },
});

/** The live tail of a game. */
export const tailRoutes = createModule().openapi(openTail, async (c) => {
  const { id } = c.req.valid("param");
  const { env } = c.req.valid("json");
  const { game } = await requireGame(c, id, { role: "member", scope: "analytics:read" });
  const { analyticsBuffers, settings, now_ms } = c.var.services;
  const { shards } = gameSettingsSchema.parse(game.settings);
  const until_ms = now_ms() + tailListening_ms;
  await Promise.all(
    buffersOf(id, shards, [env]).map((address) =>
      askBuffer(analyticsBuffers, address, { type: "listen", until_ms }),
    ),
  );
  const lifetime = { now_ms: now_ms(), lifetime_ms: roomTokenLifetime_ms };
  const room = tailRoom(id, env);
  const token = await signRoomToken(
    { party: "analytics", room, member: randomId(), name: "tail", role: "viewer", data: {} },
    settings.ROOM_TOKEN_KEYS.reveal(),
    lifetime,
  );
  return c.json(
    {
      socketPath: `/parties/analytics/${room}`,
      token,
      tokenExpiresAt_ms: tokenExpiry_ms(lifetime),
    },
    200,
  );
});
