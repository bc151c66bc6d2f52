import type { Context } from "hono";
import { getSignedCookie } from "hono/cookie";
import type { AppEnv } from "../app.ts";

/**
 * What stands before the names of our cookies. `__Host-` makes browsers refuse the cookie unless it
 * is secure, for this host alone and for all of its paths; over plain http, as on localhost, it
 * cannot be used.
 */
export function cookiePrefix(origin: string): string {
  return origin.startsWith("https://") ? "__Host-offrail" : "offrail";
}

/** The session's secret that a request shows, if its signature holds. */
export async function sessionToken(
  c: Context<AppEnv>,
  origin: string,
  secret: string,
): Promise<string | undefined> {
  const name = `${cookiePrefix(origin)}.session_token`;
  return (await getSignedCookie(c, secret, name)) || undefined;
}
