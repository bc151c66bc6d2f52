import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { prometheusType } from "../../platform/meter/prometheus.ts";
import { readySchema } from "../../protocol/ops.ts";
import { overviewHours_max, overviewSchema } from "../../protocol/overview.ts";
import { timeSchema } from "../../protocol/time.ts";
import { type AppEnv, answer, createModule, problems } from "../app.ts";
import { backgroundOf } from "../background.ts";
import { byAccountOrToken, byToken, operatorsOnly } from "../identity/operator.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { usualHours } from "./figures.ts";
import { look, lookAtTotals } from "./look.ts";
import { metricsText } from "./metrics.ts";
import { monitorRoutes } from "./monitor-routes.ts";
import { overviewOf } from "./overview.ts";
import { currentReport, rememberedReport } from "./report.ts";

const tags = ["ops"];
const security = [{ bearer: [] }];
/** How long Redis may take before it counts as down. */
const redis_ms_max = 1_000;

const ready = createRoute({
  method: "get",
  path: "/ready",
  tags,
  summary: "Whether everything behind the Worker answers",
  description:
    "Redis, Postgres and a room, from the last check when that is younger than five minutes (`fromCache`). A Postgres that nobody else uses is asked once an hour: its own `checkedAt` says when.",
  middleware: [rateLimit("ready")],
  responses: {
    200: answer("Everything answers", readySchema),
    503: answer("Something does not answer; the same body says what", readySchema),
    ...problems(429),
  },
});

const time = createRoute({
  method: "get",
  path: "/v1/time",
  tags,
  summary: "The server's clock",
  middleware: [rateLimit("time")],
  responses: { 200: answer("Milliseconds since 1970", timeSchema), ...problems(429) },
});

const metrics = createRoute({
  method: "get",
  path: "/metrics",
  tags,
  security,
  summary: "Counters for Prometheus",
  description:
    "For the bearer of `METRICS_TOKEN`; without that secret nobody is. One round trip to Redis, and one to Postgres when `/ready` would make it.",
  middleware: [operatorsOnly(byToken("METRICS_TOKEN"))],
  responses: {
    200: {
      description: "Text exposition format 0.0.4",
      content: { "text/plain": { schema: z.string() } },
    },
    ...problems(401),
  },
});

const overview = createRoute({
  method: "get",
  path: "/v1/ops/overview",
  tags,
  security,
  summary: "How the house does, for its operators",
  description:
    "Costs one Redis command for each hour asked for. Hours that are over never change: ask for many once, and then for two.",
  middleware: [operatorsOnly(byAccountOrToken)],
  request: {
    query: z.object({
      hours: z.coerce.number().int().min(usualHours).max(overviewHours_max).default(24),
    }),
  },
  responses: { 200: answer("The figures", overviewSchema), ...problems(400, 401, 403, 503) },
});

/** What operators and monitors ask. */
export const opsRoutes = createModule()
  .route("/", monitorRoutes)
  .openapi(ready, async (c) => {
    const { services } = c.var;
    const report =
      rememberedReport(services) ??
      (await currentReport(services, await look(services, usualHours, redis_ms_max)));
    return c.json(report, report.status === "ready" ? 200 : 503);
  })
  .openapi(time, (c) => c.json({ server_ms: c.var.services.now_ms() }, 200))
  .openapi(metrics, async (c) => {
    const { services } = c.var;
    const ignore = () => {};
    const seen = await lookAtTotals(services, redis_ms_max, backgroundOf(c) ?? ignore);
    const report = await currentReport(services, seen);
    const text = metricsText({ ...factsFor(c), report, meter: seen.found });
    return c.text(text, 200, { "Content-Type": prometheusType });
  })
  .openapi(overview, async (c) => {
    const { services } = c.var;
    const { hours } = c.req.valid("query");
    const seen = await look(services, hours, redis_ms_max);
    const report = await currentReport(services, seen);
    return c.json(overviewOf({ ...factsFor(c), report, snapshot: seen.found?.snapshot }), 200);
  });

export type OpsApi = typeof opsRoutes;

function factsFor(c: Context<AppEnv>) {
  const { services, roomLimits } = c.var;
  return {
    now_ms: services.now_ms(),
    startedAt_ms: services.startedAt_ms,
    version: services.settings.VERSION,
    limits: roomLimits,
    kept_bytes: services.meter.held_bytes,
  };
}
