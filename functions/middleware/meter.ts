import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { inScope, newScope } from "../../platform/meter/scope.ts";
import { isMeterModule, type MeterModule } from "../../platform/meter/units.ts";
import type { AppEnv } from "../app.ts";
import { backgroundOf } from "../background.ts";
import { logRequest } from "../request-log.ts";
import { measureBody } from "./measure-body.ts";

/** What stands for all addresses that nothing is at, so that nobody can make up routes. */
const noRoute = "none";

/**
 * Counts each request: itself, what it uses, how long it took and what it answered; and writes its
 * line in the log. Everything that runs inside counts on the account of the module it asks.
 */
export const metered = createMiddleware<AppEnv>(async (c, next) => {
  const { meter, now_ms } = c.var.services;
  const scope = newScope(moduleOf(c.req.path));
  const started_ms = now_ms();
  await inScope(scope, async () => {
    meter.countHere("worker_requests");
    await next();
    if (c.res.status !== 101)
      c.res = await measureBody(c.res, (bytes) => meter.countHere("bytes_out", bytes));
  });
  const duration_ms = Math.max(0, now_ms() - started_ms);
  const route = routeOf(c);
  meter.answered(route, c.res.status, duration_ms);
  const background = backgroundOf(c);
  await logRequest(c, { route, duration_ms, units: scope.units });
  if (background !== undefined) meter.settle(background);
});

/** The method and pattern of the route that answered, such as `GET /v1/watch/rooms/:id`. */
function routeOf(c: Context<AppEnv>): string {
  // What stands for many addresses may come after the handler: CORS does, after the rooms' gate.
  const route = matchedRoutes(c).findLast(({ path }) => !path.endsWith("*"));
  if (route === undefined) return noRoute;
  return `${route.method === "ALL" ? c.req.method : route.method} ${route.path}`;
}

/** Whose account an address is on; only its first words count, which are ours. */
const modules: Readonly<Record<string, MeterModule>> = {
  auth: "identity",
  me: "identity",
  keys: "identity",
  organizations: "identity",
  invitations: "identity",
  erasures: "identity",
  lobby: "match",
  call: "match",
  time: "ops",
  health: "ops",
  ready: "ops",
  stats: "ops",
  memory: "ops",
  metrics: "ops",
  api: "ops",
  "openapi.json": "ops",
};

export function moduleOf(path: string): MeterModule {
  const [, first = "", second = ""] = path.split("/", 3);
  const word = first === "v1" || first === "parties" ? second : first;
  if (isMeterModule(word) && word !== "meter") return word;
  return (Object.hasOwn(modules, word) ? modules[word] : undefined) ?? "other";
}
