import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { readBufferReports } from "../../../platform/reports/buffer-reports.ts";
import type { BufferFigures } from "../../../protocol/analytics/buffer.ts";
import {
  type BufferMetrics,
  type BufferOverview,
  bufferMetricsSchema,
  bufferOverviewSchema,
} from "../../../protocol/analytics/buffer-metrics.ts";
import { gameIdSchema } from "../../../protocol/analytics/game.ts";
import { type AppEnv, answer, createModule, problems } from "../../app.ts";
import { within } from "../../deadline.ts";
import { byAccountOrToken } from "../../identity/operator.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { requireGame, shardsEver } from "../access.ts";
import { bufferOverviewOf } from "../buffer-overview.ts";
import { askBuffer, buffersOf } from "../buffers.ts";

const tags = ["analytics"];
const redis_ms_max = 2_000;

const getMetrics = createRoute({
  method: "get",
  path: "/v1/analytics/metrics",
  tags,
  summary: "How buffers stand",
  description:
    "What waits, for how long, how writing goes, and what was dropped and why. With `gameId` the buffers of one game, asked now; without it all buffers, for operators, as each said of itself within ten minutes, or within one when it holds events that it cannot write.",
  middleware: [rateLimit("anonymous")],
  request: { query: z.object({ gameId: gameIdSchema.optional() }) },
  responses: {
    200: answer("The buffers", z.union([bufferMetricsSchema, bufferOverviewSchema])),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const retryDead = createRoute({
  method: "post",
  path: "/v1/analytics/games/{id}/dead/retry",
  tags,
  summary: "Try batches again that the database refused",
  middleware: [rateLimit("account_write")],
  request: { params: z.object({ id: gameIdSchema }) },
  responses: {
    200: answer("Every buffer", bufferMetricsSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

/** How buffers stand. A game's own are asked, and so woken, those of all are not; the database sleeps on. */
export const bufferMetricsRoutes = createModule()
  .openapi(getMetrics, async (c) => {
    const { gameId } = c.req.valid("query");
    if (gameId === undefined) {
      await byAccountOrToken(c);
      return c.json(await allBuffers(c), 200);
    }
    const { game } = await requireGame(c, gameId, { role: "member", scope: "analytics:read" });
    const figures = await Promise.all(
      buffersOf(gameId, shardsEver(game)).map((address) =>
        askBuffer(c.var.services.analyticsBuffers, address, { type: "figures" }),
      ),
    );
    return c.json(metricsOf(gameId, figures), 200);
  })
  .openapi(retryDead, async (c) => {
    const { id } = c.req.valid("param");
    const { game } = await requireGame(c, id, { role: "admin", scope: "analytics:write" });
    const figures = await Promise.all(
      buffersOf(id, shardsEver(game)).map((address) =>
        askBuffer(c.var.services.analyticsBuffers, address, { type: "revive" }),
      ),
    );
    return c.json(metricsOf(id, figures), 200);
  });

async function allBuffers(c: Context<AppEnv>): Promise<BufferOverview> {
  const { redis, now_ms } = c.var.services;
  const read = readBufferReports(redis);
  try {
    const reports = await within(read, redis_ms_max, () => new Error("too late"));
    return bufferOverviewOf(reports, now_ms());
  } catch {
    // The client's error repeats its commands.
    throw new ProblemError("unavailable", { detail: "Redis does not answer", retryAfter_s: 5 });
  }
}

function metricsOf(gameId: string, buffers: BufferFigures[]): BufferMetrics {
  const sum = (of: (buffer: BufferFigures) => number) =>
    buffers.reduce((total, buffer) => total + of(buffer), 0);
  const drops: Record<string, number> = {};
  for (const buffer of buffers)
    for (const [reason, amount] of Object.entries(buffer.drops))
      drops[reason] = (drops[reason] ?? 0) + amount;
  const last = buffers
    .filter(({ lastFlushAt_ms }) => lastFlushAt_ms !== null)
    .sort((a, b) => (b.lastFlushAt_ms ?? 0) - (a.lastFlushAt_ms ?? 0))[0];
  return {
    gameId,
    waiting_events: sum(({ waiting_events }) => waiting_events),
    waiting_bytes: sum(({ waiting_bytes }) => waiting_bytes),
    oldest_ms: Math.max(0, ...buffers.map(({ oldest_ms }) => oldest_ms)),
    dead_events: sum(({ dead_events }) => dead_events),
    drops,
    batchWriters: {
      events: {
        bufferSize: sum(({ waiting_events }) => waiting_events),
        totalProcessed: sum(({ accepted_events }) => accepted_events),
        totalFlushed: sum(({ flushed_events }) => flushed_events),
        // What the database refuses is kept, but it is not counted: to a monitor that is a loss.
        totalDropped: sum(({ dead_events }) => dead_events),
        lastFlushAt: last?.lastFlushAt_ms ? new Date(last.lastFlushAt_ms).toISOString() : null,
        lastFlush_ms: last?.flushes_ms.at(-1) ?? null,
      },
    },
    buffers,
  };
}
