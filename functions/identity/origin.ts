import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app.ts";
import { ProblemError } from "../problem.ts";
import { identityContext } from "./context.ts";

const safe: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a request that changes something, carries our cookie, and comes from another site.
 * Browsers say where a request comes from in two headers that pages cannot set: `Sec-Fetch-Site`,
 * and `Origin`, which older ones send too. What has neither is no browser, and forged by nobody.
 * The cookies' `SameSite=Lax` and the JSON content type stand behind this.
 * @throws ProblemError `not_allowed`
 */
export function checkOrigin(c: Context<AppEnv>, own: string): void {
  if (safe.has(c.req.method)) return;
  const site = c.req.header("Sec-Fetch-Site");
  const origin = c.req.header("Origin");
  const fromUs =
    origin === undefined
      ? site === undefined || site === "same-origin" || site === "none"
      : origin === own || origin === new URL(c.req.url).origin;
  if (!fromUs) throw new ProblemError("not_allowed", { detail: "this came from another site" });
}

/** The same for routes that make cookies: a stranger's page must not sign people in either. */
export const ownPages = createMiddleware<AppEnv>(async (c, next) => {
  checkOrigin(c, identityContext(c).origin);
  await next();
});
