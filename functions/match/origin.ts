import type { Context } from "hono";
import { getSignedCookie, setSignedCookie } from "hono/cookie";
import { listAddresses, markBan, type Origin } from "../../db/queries/match-ban-mark.ts";
import { clientKey } from "../../platform/ratelimit/client-ip.ts";
import { Personal } from "../../platform/redact/personal.ts";
import type { User } from "../../protocol/identity/account.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { identityContext } from "../identity/context.ts";
import { cookiePrefix } from "../identity/cookie.ts";
import type { Services } from "../services.ts";

/** So long at most a ban reaches beyond its person: addresses go on to others. */
const mark_days_max = 30;
const day_s = 86_400;

/**
 * From where a request comes, as far as bans go by it. Guests cost nothing to make, so a ban of one
 * would end with a new one; an account with a verified mail address is asked nothing of the kind.
 */
export async function originOf(c: Context<AppEnv>, user: User): Promise<Origin> {
  if (user.emailVerified) return { mark: null, deviceOf: null };
  const { settings } = c.var.services;
  const [mark, deviceOf] = await Promise.all([
    markOf(clientKey(c.req.raw.headers), settings),
    getSignedCookie(c, settings.AUTH_SECRET.reveal(), deviceCookie(c)),
  ]);
  return { mark, deviceOf: deviceOf || null };
}

/** Has this device remember who entered last: a signed id that no script of a page can read. */
export async function rememberDevice(
  c: Context<AppEnv>,
  user: User,
  { deviceOf }: Origin,
): Promise<void> {
  if (deviceOf === user.id || user.emailVerified) return;
  const { settings } = c.var.services;
  await setSignedCookie(c, deviceCookie(c), user.id, settings.AUTH_SECRET.reveal(), {
    path: "/",
    secure: identityContext(c).origin.startsWith("https://"),
    httpOnly: true,
    sameSite: "Lax",
    maxAge: mark_days_max * day_s,
  });
}

/** Marks from where a banned person has been. @throws ProblemError `unavailable` */
export async function markOrigins(
  { db, settings }: Pick<Services, "db" | "settings">,
  banId: string,
  userId: string,
): Promise<void> {
  const addresses = await queried(() => listAddresses(db, userId));
  const keys = addresses.map((address) => clientKey(new Headers({ "CF-Connecting-IP": address })));
  const marks = await Promise.all([...new Set(keys)].map((key) => markOf(key, settings)));
  await queried(() => markBan(db, banId, marks, mark_days_max));
}

/** An address under a key of ours: the same for the same one, and no way back to it. */
async function markOf(key: string, settings: Services["settings"]): Promise<string> {
  return await new Personal(key).hash(`match-ban:${settings.AUTH_SECRET.reveal()}`);
}

function deviceCookie(c: Context<AppEnv>): string {
  return `${cookiePrefix(identityContext(c).origin)}.match_device`;
}
