import type { Context } from "hono";
import { readingOf, readSnapshot } from "../../platform/meter/snapshot.ts";
import {
  type ReportSums,
  readAllReports,
  readRoomReports,
} from "../../platform/reports/watch-reports.ts";
import { addDrift, summarizeDrift } from "../../protocol/watch/report.ts";
import { type RoomStats, roomStatsSchema } from "../../protocol/watch/request.ts";
import {
  type WatchRoomStats,
  type WatchStats,
  watchStatsSchema,
} from "../../protocol/watch/stats.ts";
import type { AppEnv } from "../app.ts";
import { cacheOf } from "../cache.ts";
import { ProblemError } from "../problem.ts";
import { askRoom } from "../rooms/stub.ts";
import type { Services } from "../services.ts";
import { room_ms_max } from "./standing.ts";

const hour_ms = 3_600_000;
const hours = 2;
const redisRetry_s = 5;

/** How one room does: its own word, with what came over HTTP added. Wakes the room. */
export async function statsOfRoom(c: Context<AppEnv>, id: string): Promise<WatchRoomStats> {
  const { redis, rooms } = c.var.services;
  const request = { type: "stats" };
  const [stats, reports] = await Promise.all([
    askRoom(rooms.watch, "watch", id, request, roomStatsSchema, room_ms_max),
    // Without Redis the room's own word is still right, and says what it lacks.
    readRoomReports(redis, id).catch(() => undefined),
  ]);
  return merged(stats, reports);
}

function merged(stats: RoomStats, reports: ReportSums | undefined): WatchRoomStats {
  if (reports === undefined) return { ...stats, httpReports: null };
  const driftCounts = addDrift(stats.driftCounts, reports.drift);
  return {
    ...stats,
    drift: summarizeDrift(driftCounts),
    driftCounts,
    corrections: stats.corrections + reports.corrections,
    stalls: stats.stalls + reports.stalls,
    resumes: stats.resumes + reports.resumes,
    gateWaits: stats.gateWaits + reports.gateWaits,
    httpReports: reports.httpReports,
  };
}

/**
 * How all rooms do, by the meter and by what pages reported: no room is asked. Some seconds old.
 * @throws ProblemError `unavailable` without Redis, which alone knows
 */
export async function statsOfModule(c: Context<AppEnv>): Promise<WatchStats> {
  const load = () => readStats(c.var.services);
  const options = { schema: watchStatsSchema };
  try {
    const stats = await cacheOf(c).read("roomDirectory", "watch-stats", load, options);
    return stats ?? (await load());
  } catch {
    // The client's errors repeat what was asked.
    throw new ProblemError("unavailable", {
      detail: "statistics cannot be read at the moment",
      retryAfter_s: redisRetry_s,
    });
  }
}

async function readStats({ redis, settings, now_ms }: Services): Promise<WatchStats> {
  const server_ms = now_ms();
  const parties = ["watch"];
  const [snapshot, { drift, ...sums }] = await Promise.all([
    readSnapshot(redis, { version: settings.VERSION, parties, now_ms: server_ms, hours }),
    readAllReports(redis, server_ms),
  ]);
  // The running hour so far, and the whole hours before it.
  const window_s = Math.max(1, Math.round((server_ms % hour_ms) / 1000) + (hours - 1) * 3600);
  const messages = readingOf(snapshot).units.get("watch")?.get("socket_messages_in") ?? 0;
  return {
    rooms: snapshot.rooms.get("watch") ?? 0,
    people: snapshot.sockets.get("watch") ?? 0,
    messages_per_s: Math.round((messages / window_s) * 1000) / 1000,
    window_s,
    drift: summarizeDrift(drift),
    ...sums,
    server_ms,
  };
}
