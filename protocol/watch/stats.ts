import { z } from "zod";
import { driftSummarySchema, reportSchema } from "./report.ts";
import { roomStatsSchema } from "./request.ts";

/** Body of `POST /v1/watch/rooms/:id/reports`: what a page noticed, with the seat it holds there. */
export const sendWatchReportSchema = z
  .object({ seat: z.string().max(2048), report: reportSchema })
  .meta({ id: "SendWatchReport" });

/** Answer to `GET /v1/watch/rooms/:id/stats`: the room's word, with what came over HTTP added. */
export const watchRoomStatsSchema = roomStatsSchema
  .extend({
    /** Reports that came over HTTP in the last day and are counted in; null when they cannot be read. */
    httpReports: z.number().int().nullable(),
  })
  .meta({ id: "WatchRoomStatsWithReports" });
export type WatchRoomStats = z.infer<typeof watchRoomStatsSchema>;

/** Answer to `GET /v1/watch/stats`: all rooms together. No room wakes for it. */
export const watchStatsSchema = z
  .object({
    /** Rooms in which somebody is. */
    rooms: z.number().int(),
    /** Sockets that are open: one for each window that shows a room. */
    people: z.number().int(),
    /** Messages from members, in the time that `window_s` tells. */
    messages_per_s: z.number(),
    window_s: z.number(),
    /** Drift as pages reported it in this hour and the last: over HTTP, and what rooms told of theirs. */
    drift: driftSummarySchema,
    corrections: z.number().int(),
    stalls: z.number().int(),
    resumes: z.number().int(),
    gateWaits: z.number().int(),
    httpReports: z.number().int(),
    server_ms: z.number(),
  })
  .meta({ id: "WatchStats" });
export type WatchStats = z.infer<typeof watchStatsSchema>;
