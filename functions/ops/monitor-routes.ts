import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  apiMetricsSchema,
  healthSchema,
  memorySchema,
  statsSchema,
} from "../../protocol/monitors.ts";
import { type AppEnv, answer, createModule, problems } from "../app.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { recentLook } from "./look.ts";
import { apiMetricsOf, healthOf, type MonitorFacts, memoryOf, statsOf } from "./monitors.ts";
import { reportInLook } from "./report.ts";

const tags = ["ops"];
/** A monitor waits no longer for figures that Redis does not give. */
const look_ms_max = 300;

const health = createRoute({
  method: "get",
  path: "/health",
  tags,
  summary: "Whether the Worker runs, and its figures",
  description:
    "Always 200 while the Worker runs, with Redis down as well. Wakes neither Postgres nor a room; reads counters from Redis, at most once a minute.",
  responses: { 200: answer("It runs", healthSchema), ...problems(503) },
});

const stats = createRoute({
  method: "get",
  path: "/stats",
  tags,
  summary: "Sockets and messages",
  description: "In the shape of the service that this one replaces; at most a minute old.",
  middleware: [rateLimit("anonymous")],
  responses: { 200: answer("The figures", statsSchema), ...problems(429) },
});

const apiMetrics = createRoute({
  method: "get",
  path: "/api/metrics",
  tags,
  summary: "What a process would say of itself",
  description: "In the shape of the service that this one replaces.",
  middleware: [rateLimit("anonymous")],
  responses: { 200: answer("The figures", apiMetricsSchema), ...problems(429) },
});

const memory = createRoute({
  method: "get",
  path: "/memory",
  tags,
  summary: "Memory of the isolate and of rooms, with the limits it counts against",
  description: "In the shape of the service that this one replaces.",
  middleware: [rateLimit("anonymous")],
  responses: { 200: answer("The figures", memorySchema), ...problems(429) },
});

/** What the monitors of the services before this one ask. */
export const monitorRoutes = createModule()
  .openapi(health, async (c) => c.json(healthOf(await factsFor(c)), 200))
  .openapi(stats, async (c) => c.json(statsOf(await factsFor(c)), 200))
  .openapi(apiMetrics, async (c) => c.json(apiMetricsOf(await factsFor(c)), 200))
  .openapi(memory, async (c) => c.json(memoryOf(await factsFor(c)), 200));

async function factsFor(c: Context<AppEnv>): Promise<MonitorFacts> {
  const { services, roomLimits } = c.var;
  const look = await recentLook(services, look_ms_max);
  return {
    now_ms: services.now_ms(),
    startedAt_ms: services.startedAt_ms,
    version: services.settings.VERSION,
    look,
    report: reportInLook(services, look),
    limits: roomLimits,
    kept_bytes: services.meter.held_bytes,
  };
}
