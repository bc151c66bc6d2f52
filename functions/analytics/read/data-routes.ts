import { createRoute, z } from "@hono/zod-openapi";
import type { Db } from "../../../db/client.ts";
import {
  erasePlayer,
  findPlayerErasure,
  type PlayerErasureRow,
} from "../../../db/queries/analytics-erase.ts";
import {
  exportEvents,
  exportRevenue,
  exportSessions,
  listEvents,
} from "../../../db/queries/analytics-export.ts";
import {
  exportDays,
  exportLevelDays,
  exportRevenueDays,
} from "../../../db/queries/analytics-export-rollups.ts";
import type { AnalyticsPlace } from "../../../db/queries/analytics-rollup.ts";
import {
  type ExportQuery,
  erasePlayerSchema,
  exportQuerySchema,
  type PlayerErasure,
  playerErasureSchema,
} from "../../../protocol/analytics/data.ts";
import { gameIdSchema } from "../../../protocol/analytics/game.ts";
import { explorerPageSchema, explorerQuerySchema } from "../../../protocol/analytics/reports.ts";
import { identityIdSchema } from "../../../protocol/identity/id.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { cacheOf } from "../../cache.ts";
import { queried } from "../../database.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { randomId } from "../../random-id.ts";
import { requireGame, shardsEver } from "../access.ts";
import { askBuffer, buffersOf } from "../buffers.ts";
import { checkRange } from "./dates.ts";
import { exportDead } from "./dead.ts";
import { eventOf, isoOf } from "./event-view.ts";
import { exportTable, mediaTypes } from "./export.ts";
import {
  dayColumns,
  deadColumns,
  eventColumns,
  levelDayColumns,
  revenueColumns,
  revenueDayColumns,
  sessionColumns,
} from "./export-tables.ts";
import { reportTag } from "./report.ts";
import { managing, reading } from "./requirement.ts";

const tags = ["analytics"];
const params = z.object({ id: gameIdSchema });

const listRoute = createRoute({
  method: "get",
  path: "/v1/analytics/games/{id}/events",
  tags,
  summary: "Raw events, newest first",
  description: "Heartbeats are merged into sessions, and revenue has an export of its own.",
  middleware: [rateLimit("anonymous")],
  request: { params, query: explorerQuerySchema },
  responses: {
    200: answer("One page", explorerPageSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const exportRoute = createRoute({
  method: "get",
  path: "/v1/analytics/games/{id}/export",
  tags,
  summary: "A table as CSV, NDJSON or Parquet",
  description:
    "Raw rows (`events`, `sessions`, `revenue`), roll-ups (`days`, `levels` by day, `revenue_days`), or `dead`: acknowledged events that the database refused, with the reason, by the day they were received. Streamed, oldest first. In CSV, text that a spreadsheet would run as a formula begins with an apostrophe.",
  middleware: [rateLimit("account_export")],
  request: { params, query: exportQuerySchema },
  responses: {
    200: {
      description: "The table, in the format asked for",
      content: {
        "text/csv": { schema: z.string() },
        "application/x-ndjson": { schema: z.string() },
        "application/vnd.apache.parquet": { schema: z.string() },
      },
    },
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

const eraseRoute = createRoute({
  method: "post",
  path: "/v1/analytics/games/{id}/erase",
  tags,
  summary: "Forget a player",
  description:
    "At once and for good, live and in the sandbox, in one transaction. Events, sessions, days and levels go, and reports no longer count them. Purchases stay for the books, without the player. Events that are on their way are not taken in.",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: 4 * 1024 })],
  request: { params, body: body(erasePlayerSchema) },
  responses: {
    200: answer("What was erased", playerErasureSchema),
    ...problems(400, 401, 403, 404, 413, 415, 429, 503),
  },
});

const receiptRoute = createRoute({
  method: "get",
  path: "/v1/analytics/games/{id}/erasures/{receipt}",
  tags,
  summary: "The receipt of a forgotten player",
  middleware: [rateLimit("anonymous")],
  request: { params: params.extend({ receipt: identityIdSchema }) },
  responses: {
    200: answer("What was erased", playerErasureSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

/** Raw data of a game: to look at, to take along, to forget. */
export const dataRoutes = createModule()
  .openapi(listRoute, async (c) => {
    const { id: gameId } = c.req.valid("param");
    const { env, from, to, limit, cursor, ...filter } = c.req.valid("query");
    checkRange({ from, to });
    await requireGame(c, gameId, reading);
    const place = { gameId, env };
    // One more than asked for tells whether there is another page.
    const found = await queried(() =>
      listEvents(c.var.services.db, place, { from, to }, filter, cursor, limit + 1),
    );
    const events = found.slice(0, limit).map(eventOf);
    const last = found.length > limit ? events.at(-1) : undefined;
    return c.json({ events, cursor: last?.uuid ?? null }, 200);
  })
  .openapi(exportRoute, async (c) => {
    const { id: gameId } = c.req.valid("param");
    const query = c.req.valid("query");
    checkRange(query);
    const { game } = await requireGame(c, gameId, managing);
    const { table, format, from, to, env } = query;
    const { db, analyticsBuffers } = c.var.services;
    const buffers = buffersOf(gameId, shardsEver(game), [env]);
    const stream =
      table === "dead"
        ? exportTable(exportDead(analyticsBuffers, buffers, query), deadColumns, format)
        : streamOf(db, { gameId, env }, { ...query, table });
    return c.body(stream, 200, {
      "Content-Type": mediaTypes[format],
      "Content-Disposition": `attachment; filename="${gameId}-${query.env}-${table}-${from}-${to}.${format}"`,
    });
  })
  .openapi(eraseRoute, async (c) => {
    const { db, now_ms } = c.var.services;
    const { id: gameId } = c.req.valid("param");
    const { player } = c.req.valid("json");
    const { game } = await requireGame(c, gameId, managing);
    const erased_ms = now_ms();
    // What the database refused no query reaches. Buffers come first: should one not answer, nothing
    // is erased yet, and asking again gives the receipt of all that goes.
    await Promise.all(
      buffersOf(gameId, shardsEver(game)).map((address) =>
        askBuffer(c.var.services.analyticsBuffers, address, {
          type: "forget",
          player,
          erased_ms,
        }),
      ),
    );
    const row = await queried(() => erasePlayer(db, gameId, player, randomId(24), erased_ms));
    await cacheOf(c).invalidate([reportTag(gameId)]);
    return c.json(receiptOf(row), 200);
  })
  .openapi(receiptRoute, async (c) => {
    const { id: gameId, receipt } = c.req.valid("param");
    await requireGame(c, gameId, managing);
    const row = await queried(() => findPlayerErasure(c.var.services.db, gameId, receipt));
    if (row === undefined) throw new ProblemError("not_found");
    return c.json(receiptOf(row), 200);
  });

/** A table of the database. */
function streamOf(
  db: Db,
  place: AnalyticsPlace,
  {
    table,
    format,
    from,
    to,
  }: ExportQuery & { readonly table: Exclude<ExportQuery["table"], "dead"> },
) {
  const range = { from, to };
  switch (table) {
    case "events":
      return exportTable(exportEvents(db, place, range), eventColumns, format);
    case "sessions":
      return exportTable(exportSessions(db, place, range), sessionColumns, format);
    case "revenue":
      return exportTable(exportRevenue(db, place, range), revenueColumns, format);
    case "days":
      return exportTable(exportDays(db, place, range), dayColumns, format);
    case "levels":
      return exportTable(exportLevelDays(db, place, range), levelDayColumns, format);
    case "revenue_days":
      return exportTable(exportRevenueDays(db, place, range), revenueDayColumns, format);
  }
}

function receiptOf({ id, erased_ms, rows }: PlayerErasureRow): PlayerErasure {
  return { id, erasedAt: isoOf(erased_ms), rows: { ...rows } };
}
