import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { clientKey } from "../../platform/ratelimit/client-ip.ts";
import type { RateLimitVerdict } from "../../platform/ratelimit/limiter.ts";
import type { RateLimitPolicy, RateLimitPolicyName } from "../../platform/ratelimit/policies.ts";
import type { AppEnv } from "../app.ts";
import { type Identity, identify } from "../identity/identify.ts";
import { ProblemError } from "../problem.ts";

/** When to come back after a limit could not be counted. */
const redisRetry_s = 5;

/**
 * Counts a request against a named policy, and refuses it with `rate_limited` when there are too
 * many, or with `unavailable` when Redis does not answer and the policy fails closed.
 *
 * `RateLimit-Policy` has the form of draft-ietf-httpapi-ratelimit-headers-11; the three counters are
 * the ones of its earlier drafts, which is what clients in the field read.
 */
export function rateLimit(name: RateLimitPolicyName) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const { key } = c.var.services.limiter.policy(name);
    const headers = key === "caller" ? await countCaller(c, name) : await countRequest(c, name);
    await next();
    if (c.res.status === 101) return;
    for (const [header, value] of Object.entries(headers)) c.header(header, value);
  });
}

/**
 * The same for a handler that counts somewhere in its middle.
 * @param key whose request it is, when the policy does not count addresses
 * @returns headers for the answer
 * @throws ProblemError `rate_limited` or `unavailable`
 */
export async function countRequest(
  c: Context<AppEnv>,
  name: RateLimitPolicyName,
  key: string = clientKey(c.req.raw.headers),
): Promise<Readonly<Record<string, string>>> {
  const { limiter, now_ms } = c.var.services;
  const policy = limiter.policy(name);
  const verdict = await limiter.count(name, key);
  const headers = headersOf(name, policy, verdict, now_ms());
  if (verdict.type === "refused") {
    const retryAfter_s = secondsUntil(verdict.reset_ms, now_ms());
    throw new ProblemError("rate_limited", { retryAfter_s, headers });
  }
  if (verdict.type === "unknown" && policy.whenRedisFails === "closed")
    throw new ProblemError("unavailable", {
      detail: "requests cannot be counted at the moment",
      retryAfter_s: redisRetry_s,
      headers,
    });
  return headers;
}

/**
 * Counts a request for whoever makes it. Somebody who does not say who they are, or who shows a key
 * that is not good, is an address, which may do no more than `anonymous` lets it.
 */
async function countCaller(c: Context<AppEnv>, name: RateLimitPolicyName) {
  let identity: Identity | undefined;
  let refusal: unknown;
  try {
    identity = await identify(c);
  } catch (error) {
    refusal = error;
  }
  const headers =
    identity === undefined
      ? await countRequest(c, tighterThanAnonymous(c, name) ? name : "anonymous")
      : await countRequest(c, name, callerKey(identity));
  // Guessing keys is counted before it is refused.
  if (refusal !== undefined) throw refusal;
  return headers;
}

function callerKey(identity: Identity): string {
  return identity.type === "key" ? `key:${identity.keyId}` : `user:${identity.user.id}`;
}

function tighterThanAnonymous(c: Context<AppEnv>, name: RateLimitPolicyName): boolean {
  const { limiter } = c.var.services;
  const [own, anonymous] = [limiter.policy(name), limiter.policy("anonymous")];
  return own.limit / own.window_s < anonymous.limit / anonymous.window_s;
}

function headersOf(
  name: string,
  policy: RateLimitPolicy,
  verdict: RateLimitVerdict,
  now_ms: number,
): Record<string, string> {
  const headers = { "RateLimit-Policy": `"${name}";q=${policy.limit};w=${policy.window_s}` };
  if (verdict.type === "unknown") return headers;
  return {
    ...headers,
    "RateLimit-Limit": String(verdict.limit),
    "RateLimit-Remaining": String(verdict.remaining),
    "RateLimit-Reset": String(secondsUntil(verdict.reset_ms, now_ms)),
  };
}

function secondsUntil(at_ms: number, now_ms: number): number {
  return Math.max(1, Math.ceil((at_ms - now_ms) / 1000));
}
