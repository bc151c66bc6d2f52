import { createRoute } from "@hono/zod-openapi";
import { foldReport } from "../../../platform/reports/watch-reports.ts";
import { watchRoomStateSchema } from "../../../protocol/watch/rest.ts";
import {
  sendWatchReportSchema,
  watchRoomStatsSchema,
  watchStatsSchema,
} from "../../../protocol/watch/stats.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { askRoom } from "../../rooms/stub.ts";
import { findRoom } from "../room.ts";
import { seatOf, watchAddress } from "../seat.ts";
import { room_ms_max } from "../standing.ts";
import { statsOfModule, statsOfRoom } from "../stats.ts";
import { body_bytes_max, params, tags } from "./shared.ts";

const redisRetry_s = 5;

const getWatchRoomState = createRoute({
  method: "get",
  path: "/v1/watch/rooms/{id}/state",
  tags,
  summary: "What is going on in a room",
  description: "Wakes the room. Members get the same over their socket, sooner and for less.",
  middleware: [rateLimit("watch_stats")],
  request: { params },
  responses: {
    200: answer("The room's own word", watchRoomStateSchema),
    ...problems(400, 401, 403, 404, 410, 429, 503),
  },
});

const getWatchRoomStats = createRoute({
  method: "get",
  path: "/v1/watch/rooms/{id}/stats",
  tags,
  summary: "How a room does",
  description:
    "People, messages, and drift as its pages report it, over their sockets and over HTTP. Wakes the room.",
  middleware: [rateLimit("watch_stats")],
  request: { params },
  responses: {
    200: answer("The room's own word, with what came over HTTP added", watchRoomStatsSchema),
    ...problems(400, 401, 403, 404, 410, 429, 503),
  },
});

const getWatchStats = createRoute({
  method: "get",
  path: "/v1/watch/stats",
  tags,
  summary: "How all rooms do",
  description: "Out of Redis and some seconds old; no room wakes.",
  middleware: [rateLimit("anonymous")],
  responses: { 200: answer("All rooms together", watchStatsSchema), ...problems(429, 503) },
});

const sendWatchReport = createRoute({
  method: "post",
  path: "/v1/watch/rooms/{id}/reports",
  tags,
  summary: "Report drift without waking the room",
  description:
    "For pages that have nothing else to say, or that are about to close (`navigator.sendBeacon` with a Blob of type `application/json`). Kept for a day, added up.",
  middleware: [rateLimit("watch_report"), jsonBody({ bytes_max: body_bytes_max })],
  request: { params, body: body(sendWatchReportSchema) },
  responses: {
    204: { description: "Counted in" },
    ...problems(400, 401, 413, 415, 429, 503),
  },
});

/** What rooms and their pages have to say about how it goes. */
export const statsRoutes = createModule()
  .openapi(getWatchRoomState, async (c) => {
    const { id } = c.req.valid("param");
    // Only a room that exists is woken: ids made up by strangers would wake one each.
    await findRoom(c, id);
    const { rooms } = c.var.services;
    const [request, schema] = [{ type: "state" }, watchRoomStateSchema];
    return c.json(await askRoom(rooms.watch, "watch", id, request, schema, room_ms_max), 200);
  })
  .openapi(getWatchRoomStats, async (c) => {
    const { id } = c.req.valid("param");
    await findRoom(c, id);
    return c.json(await statsOfRoom(c, id), 200);
  })
  .openapi(getWatchStats, async (c) => c.json(await statsOfModule(c), 200))
  .openapi(sendWatchReport, async (c) => {
    const { id } = c.req.valid("param");
    const { seat, report } = c.req.valid("json");
    const { settings, redis, now_ms } = c.var.services;
    await seatOf(seat, watchAddress(id), settings.ROOM_TOKEN_KEYS.reveal(), now_ms());
    try {
      await foldReport(redis, id, report, now_ms());
    } catch {
      // The client's error repeats the commands.
      throw new ProblemError("unavailable", {
        detail: "reports cannot be counted at the moment; keep this one for the next",
        retryAfter_s: redisRetry_s,
      });
    }
    return c.body(null, 204);
  });
