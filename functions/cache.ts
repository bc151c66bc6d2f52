import type { Context } from "hono";
import type { Cache } from "../platform/cache/cache.ts";
import type { AppEnv } from "./app.ts";
import { backgroundOf } from "./background.ts";

/** The named caches, for one request: what they keep they keep after its answer. */
export function cacheOf(c: Context<AppEnv>): Cache {
  return c.var.services.caches.forRequest(backgroundOf(c) ?? (() => {}));
}
