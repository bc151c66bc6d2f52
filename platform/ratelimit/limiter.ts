import { Ratelimit } from "@upstash/ratelimit";
import type { Redis } from "../redis/client.ts";
import {
  policyOf,
  type RateLimitOverrides,
  type RateLimitPolicy,
  type RateLimitPolicyName,
  rateLimitPolicies,
} from "./policies.ts";

/** What Redis says of one request, or that it said nothing in time. */
export type RateLimitVerdict =
  | {
      readonly type: "allowed" | "refused";
      readonly limit: number;
      readonly remaining: number;
      /** When the present window ends, in milliseconds since 1970. */
      readonly reset_ms: number;
    }
  | { readonly type: "unknown" };

/** Counts requests against named policies. */
export interface RateLimiter {
  policy(name: RateLimitPolicyName): RateLimitPolicy;
  /**
   * Counts one request. Never throws: without Redis the verdict is `unknown`, and the caller does
   * as the policy's `whenRedisFails` says.
   * @param key whose request it is, as the policy's `key` has it
   */
  count(name: RateLimitPolicyName, key: string): Promise<RateLimitVerdict>;
}

/** The commands of Redis that a limiter uses. */
export type LimiterRedis = Pick<Redis, "evalsha" | "get" | "set">;

/**
 * The limiter over Redis: a sliding window, weighted over two fixed ones, in one script call, which
 * is billed as four commands and as five the first time in a window.
 *
 * The library's in-memory cache stays off, because an isolate would then refuse a caller whom Redis
 * has long forgiven; so do its analytics and its deny list, which would write and fetch on their own.
 */
export function createRateLimiter(
  redis: LimiterRedis,
  overrides: RateLimitOverrides = {},
): RateLimiter {
  const limiters = new Map<string, Ratelimit>();
  for (const name of Object.keys(rateLimitPolicies) as RateLimitPolicyName[])
    limiters.set(name, limiterOf(redis, name, policyOf(name, overrides)));
  return {
    policy: (name) => policyOf(name, overrides),
    count: async (name, key) => {
      const limiter = limiters.get(name);
      if (limiter === undefined) return { type: "unknown" };
      try {
        const { success, limit, remaining, reset, reason } = await limiter.limit(key);
        if (reason === "timeout") return { type: "unknown" };
        return { type: success ? "allowed" : "refused", limit, remaining, reset_ms: reset };
      } catch {
        // The library's errors repeat the command and so the caller's address; say only that it failed.
        return { type: "unknown" };
      }
    },
  };
}

function limiterOf(redis: LimiterRedis, name: string, policy: RateLimitPolicy): Ratelimit {
  return new Ratelimit({
    redis: redis as Redis,
    limiter: Ratelimit.slidingWindow(policy.limit, `${policy.window_s} s`),
    prefix: `limit:${name}`,
    timeout: policy.timeout_ms,
    ephemeralCache: false,
    analytics: false,
    enableProtection: false,
    enableTelemetry: false,
  });
}
