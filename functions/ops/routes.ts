import { createRoute } from "@hono/zod-openapi";
import { healthSchema, readySchema } from "../../protocol/ops.ts";
import { timeSchema } from "../../protocol/time.ts";
import { answer, createModule, problems } from "../app.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { checkReady } from "./ready.ts";

const tags = ["ops"];

const health = createRoute({
  method: "get",
  path: "/health",
  tags,
  summary: "Whether the Worker runs",
  description: "Touches neither Redis nor Postgres nor a room, and wakes nothing.",
  responses: { 200: answer("It runs", healthSchema), ...problems(503) },
});

const ready = createRoute({
  method: "get",
  path: "/ready",
  tags,
  summary: "Whether everything behind the Worker answers",
  description: "Asks Redis, Postgres and a room. It wakes what sleeps, so ask seldom.",
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
  middleware: [rateLimit("anonymous")],
  responses: { 200: answer("Milliseconds since 1970", timeSchema), ...problems(429) },
});

/** What operators and monitors ask. */
export const opsRoutes = createModule()
  .openapi(health, (c) => {
    const { settings, now_ms } = c.var.services;
    return c.json({ status: "ok" as const, version: settings.VERSION, server_ms: now_ms() }, 200);
  })
  .openapi(ready, async (c) => {
    const report = await checkReady(c.var.services);
    return c.json(report, report.status === "ready" ? 200 : 503);
  })
  .openapi(time, (c) => c.json({ server_ms: c.var.services.now_ms() }, 200));

export type OpsApi = typeof opsRoutes;
