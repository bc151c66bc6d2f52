import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app.ts";
import { apiHeaders } from "../headers.ts";

/**
 * Puts the security headers and the request id on every answer, and keeps answers out of caches
 * unless a handler said otherwise. A WebSocket's `101` passes untouched: its headers cannot change.
 */
export const answerHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (c.res.status === 101) return;
  for (const [name, value] of Object.entries(apiHeaders))
    if (!c.res.headers.has(name)) c.header(name, value);
  if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
  c.header("X-Request-Id", c.var.requestId);
});
