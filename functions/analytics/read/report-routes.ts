import { createRoute, z } from "@hono/zod-openapi";
import { readFunnel } from "../../../db/queries/analytics-funnel.ts";
import { readDays, readErrors, readLevels } from "../../../db/queries/analytics-metrics.ts";
import { readRetention } from "../../../db/queries/analytics-retention.ts";
import { gameIdSchema } from "../../../protocol/analytics/game.ts";
import {
  errorsReportSchema,
  funnelDays_max,
  funnelQuerySchema,
  funnelReportSchema,
  levelReports_max,
  levelsReportSchema,
  overviewReportSchema,
  reportRangeSchema,
  retentionAges,
  retentionReportSchema,
} from "../../../protocol/analytics/reports.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { requireGame } from "../access.ts";
import { checkRange, dateOf } from "./dates.ts";
import { isoOf } from "./event-view.ts";
import { levelsOf, share } from "./levels.ts";
import { overviewOf } from "./overview.ts";
import { queryKey } from "./query-key.ts";
import { cachedReport, withAccess } from "./report.ts";
import { reading } from "./requirement.ts";
import { retentionOf } from "./retention.ts";

const tags = ["analytics"];
const params = z.object({ id: gameIdSchema });
const errors_max = 100;
const failures = problems(400, 401, 403, 404, 429, 503);

const report = <Path extends string, Schema extends z.ZodType>(
  path: Path,
  summary: string,
  schema: Schema,
) =>
  createRoute({
    method: "get",
    path,
    tags,
    summary,
    middleware: [rateLimit("anonymous")],
    request: { params, query: reportRangeSchema },
    responses: { 200: answer("The report", schema), ...failures },
  });

const overview = report(
  "/v1/analytics/games/{id}/overview",
  "Players, sessions and revenue by day",
  overviewReportSchema,
);
const levels = report(
  "/v1/analytics/games/{id}/levels",
  "Levels: how hard, how long, and who gave up where",
  levelsReportSchema,
);
const retention = report(
  "/v1/analytics/games/{id}/retention",
  "Who came back, by first day",
  retentionReportSchema,
);
const errors = report(
  "/v1/analytics/games/{id}/errors",
  "Errors by name, among raw events",
  errorsReportSchema,
);

const funnel = createRoute({
  method: "post",
  path: "/v1/analytics/games/{id}/funnel",
  tags,
  summary: "How many players got through steps, one after the other",
  description:
    "Over raw events, so as far back as those are kept. At most ten steps, a window of 30 days, and a range of 92.",
  middleware: [rateLimit("anonymous"), jsonBody({ bytes_max: 8 * 1024 })],
  request: { params, body: body(funnelQuerySchema) },
  responses: {
    200: answer("Players by step", funnelReportSchema),
    ...problems(400, 401, 403, 404, 413, 415, 429, 503),
  },
});

/** Reports of a game, for everybody who may look at it. All but the funnel and errors are roll-ups. */
export const reportRoutes = createModule()
  .openapi(overview, async (c) => {
    const { id: gameId } = c.req.valid("param");
    const { env, ...range } = c.req.valid("query");
    checkRange(range);
    const place = { gameId, env };
    const made = await withAccess(c, gameId, () =>
      cachedReport(c, place, range, "overview", overviewReportSchema, async () => {
        const { days, revenue } = await readDays(c.var.services.db, place, range);
        return overviewOf(range, days, revenue);
      }),
    );
    return c.json(made, 200);
  })
  .openapi(levels, async (c) => {
    const { id: gameId } = c.req.valid("param");
    const { env, ...range } = c.req.valid("query");
    checkRange(range);
    const place = { gameId, env };
    const made = await withAccess(c, gameId, () =>
      cachedReport(c, place, range, "levels", levelsReportSchema, async () =>
        levelsOf(
          // One more than fits tells whether there are more.
          await readLevels(c.var.services.db, place, range, levelReports_max + 1),
          levelReports_max,
        ),
      ),
    );
    return c.json(made, 200);
  })
  .openapi(retention, async (c) => {
    const { db, now_ms } = c.var.services;
    const { id: gameId } = c.req.valid("param");
    const { env, ...range } = c.req.valid("query");
    checkRange(range);
    await requireGame(c, gameId, reading);
    const place = { gameId, env };
    // What is known of a cohort changes with every midnight.
    const name = `retention:${dateOf(now_ms())}`;
    const made = await cachedReport(c, place, range, name, retentionReportSchema, async () =>
      retentionOf(await readRetention(db, place, range, retentionAges), retentionAges, now_ms()),
    );
    return c.json(made, 200);
  })
  .openapi(errors, async (c) => {
    const { id: gameId } = c.req.valid("param");
    const { env, ...range } = c.req.valid("query");
    checkRange(range);
    await requireGame(c, gameId, reading);
    const place = { gameId, env };
    const made = await cachedReport(c, place, range, "errors", errorsReportSchema, async () => {
      const found = await readErrors(c.var.services.db, place, range, errors_max);
      return {
        errors: found.map(({ last_ms, ...figures }) => ({ ...figures, lastAt: isoOf(last_ms) })),
      };
    });
    return c.json(made, 200);
  })
  .openapi(funnel, async (c) => {
    const { id: gameId } = c.req.valid("param");
    const query = c.req.valid("json");
    checkRange(query, funnelDays_max);
    await requireGame(c, gameId, reading);
    const place = { gameId, env: query.env };
    const name = `funnel:${await queryKey(query)}`;
    const made = await cachedReport(c, place, query, name, funnelReportSchema, async () => {
      const players = await readFunnel(c.var.services.db, place, query);
      return {
        steps: query.steps.map((step, at) => ({
          step,
          players: players[at] ?? 0,
          ofFirst: share(players[at] ?? 0, players[0] ?? 0),
          ofPrevious: at === 0 ? null : share(players[at] ?? 0, players[at - 1] ?? 0),
        })),
      };
    });
    return c.json(made, 200);
  });
