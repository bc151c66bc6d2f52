import type { MiddlewareHandler } from "hono";
import { cors as honoCors } from "hono/cors";
import type { AppEnv } from "../app.ts";

/** Whether an origin is among those that configuration allows. */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  return allowed.includes("*") || allowed.includes(origin);
}

/**
 * Lets the configured origins (`CORS_ORIGINS`) read answers from a browser. No cookie is ever
 * needed, so credentials are not allowed.
 */
export const cors: MiddlewareHandler<AppEnv> = honoCors({
  origin: (origin, c) => {
    const { CORS_ORIGINS } = (c.var as AppEnv["Variables"]).services.settings;
    return origin !== "" && isAllowedOrigin(origin, CORS_ORIGINS) ? origin : null;
  },
  allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  allowHeaders: ["Authorization", "Content-Type", "Range", "X-Request-Id"],
  exposeHeaders: [
    "Content-Range",
    "ETag",
    "RateLimit-Limit",
    "RateLimit-Policy",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-Id",
  ],
  maxAge: 7_200,
});
