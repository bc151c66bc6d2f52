import type { Context } from "hono";
import { createHttpMailer, createKeptMailer, type Mailer } from "../../platform/identity/mailer.ts";
import {
  createRevocableCache,
  type RevocableCache,
} from "../../platform/identity/revocable-cache.ts";
import type { AppEnv } from "../app.ts";
import type { Settings } from "../env.ts";
import { errorFields, log } from "../log.ts";
import { ProblemError } from "../problem.ts";
import { createSessionStore, type SessionStore } from "./session-store.ts";

/** How long a copy of a session in Redis may be believed. */
const sessionCopy_s = 1_800;
/** How long a copy of an API key may be; its last use is known no better than that. */
const keyCopy_s = 600;

/** What this request needs to know who is asking. */
export interface IdentityContext {
  readonly settings: Settings;
  /** Scheme, host and port of the site, as people reach it. */
  readonly origin: string;
  readonly sessions: SessionStore;
  readonly sessionCopies: RevocableCache;
  readonly keyCopies: RevocableCache;
  readonly mailer: Mailer | undefined;
  /** Runs what nobody waits for, after the answer; what fails is logged. */
  readonly inBackground: (task: Promise<unknown>) => void;
}

const contexts = new WeakMap<Context<AppEnv>, IdentityContext>();

/** The identity side of a request, made once for it. */
export function identityContext(c: Context<AppEnv>): IdentityContext {
  const known = contexts.get(c);
  if (known !== undefined) return known;
  const { db, redis, meter, now_ms, settings } = c.var.services;
  const inBackground = backgroundOf(c);
  const sessionCopies = createRevocableCache(redis, {
    name: "session",
    life_s: sessionCopy_s,
    counted: (outcome) => meter.cached("session", outcome),
  });
  const context: IdentityContext = {
    settings,
    origin: new URL(settings.PUBLIC_URL ?? c.req.url).origin,
    sessions: createSessionStore({ db, cache: sessionCopies, now_ms, inBackground }),
    sessionCopies,
    keyCopies: createRevocableCache(redis, {
      name: "api-key",
      life_s: keyCopy_s,
      counted: (outcome) => meter.cached("apiKey", outcome),
    }),
    mailer: mailerOf(c, settings),
    inBackground,
  };
  contexts.set(c, context);
  return context;
}

function mailerOf(c: Context<AppEnv>, settings: Settings): Mailer | undefined {
  const { MAIL_URL: url, MAIL_TOKEN: token, MAIL_FROM: from } = settings;
  const { redis, now_ms } = c.var.services;
  if (url === "kept") return createKeptMailer(redis, now_ms);
  if (url === undefined || token === undefined || from === undefined) return undefined;
  return createHttpMailer({ url, token: token.reveal(), from });
}

function backgroundOf(c: Context<AppEnv>): (task: Promise<unknown>) => void {
  return (task) => {
    const settled = task.catch((error: unknown) => {
      const { LOG_LEVEL } = c.var.services.settings;
      const fields = { requestId: c.var.requestId, ...errorFields(error) };
      log("warn", "Something that nobody waited for failed", fields, LOG_LEVEL);
    });
    const runtime = executionOf(c);
    if (runtime === undefined) return;
    runtime.waitUntil(settled);
  };
}

/** Hono throws where there is no runtime to keep alive, as in tests in Node. */
function executionOf(c: Context<AppEnv>) {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

/**
 * Makes sure that nobody can use some sessions any more, before Postgres forgets them.
 * @throws ProblemError `unavailable` when Redis, which has copies, does not confirm it
 */
export async function revokeCopies(cache: RevocableCache, ids: readonly string[]): Promise<void> {
  if (await cache.revoke(ids)) return;
  throw new ProblemError("unavailable", {
    detail: "this cannot be revoked for certain at the moment, so nothing was changed",
    retryAfter_s: 5,
  });
}
