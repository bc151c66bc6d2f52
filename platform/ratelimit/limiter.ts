import { Ratelimit } from "@upstash/ratelimit";
import type { Redis } from "../redis/client.ts";
import { createIsolateWindow } from "./isolate-window.ts";
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

/** Counts the requests of one policy. */
type Count = (key: string) => Promise<RateLimitVerdict>;

/**
 * The limiter: over Redis in windows, each question one script call, or in the isolate's own memory,
 * as the policies say.
 *
 * The library's in-memory cache stays off, because an isolate would then refuse a caller whom Redis
 * has long forgiven; so do its analytics and its deny list, which would write and fetch on their own.
 * @param now_ms the clock of windows in memory; the library reads its own
 */
export function createRateLimiter(
  redis: LimiterRedis,
  overrides: RateLimitOverrides = {},
  now_ms: () => number = Date.now,
): RateLimiter {
  const counts = new Map<string, Count>();
  for (const name of Object.keys(rateLimitPolicies) as RateLimitPolicyName[]) {
    const policy = policyOf(name, overrides);
    const inMemory = policy.algorithm === "isolate_window";
    counts.set(name, inMemory ? countHere(policy, now_ms) : countInRedis(redis, name, policy));
  }
  return {
    policy: (name) => policyOf(name, overrides),
    count: async (name, key) => (await counts.get(name)?.(key)) ?? { type: "unknown" },
  };
}

function countHere({ limit, window_s }: RateLimitPolicy, now_ms: () => number): Count {
  const window = createIsolateWindow(window_s * 1_000, now_ms);
  return async (key) => {
    const counted = window.count(key);
    if (counted === undefined) return { type: "unknown" };
    const { used, reset_ms } = counted;
    const type = used <= limit ? "allowed" : "refused";
    return { type, limit, remaining: Math.max(0, limit - used), reset_ms };
  };
}

function countInRedis(redis: LimiterRedis, name: string, policy: RateLimitPolicy): Count {
  const limiter = limiterOf(redis, name, policy);
  return async (key) => {
    try {
      const { success, limit, remaining, reset, reason } = await limiter.limit(key);
      if (reason === "timeout") return { type: "unknown" };
      return { type: success ? "allowed" : "refused", limit, remaining, reset_ms: reset };
    } catch {
      // The library's errors repeat the command and so the caller's address; say only that it failed.
      return { type: "unknown" };
    }
  };
}

function limiterOf(redis: LimiterRedis, name: string, policy: RateLimitPolicy): Ratelimit {
  const window =
    policy.algorithm === "fixed_window" ? Ratelimit.fixedWindow : Ratelimit.slidingWindow;
  return new Ratelimit({
    redis: redis as Redis,
    limiter: window(policy.limit, `${policy.window_s} s`),
    prefix: `limit:${name}`,
    timeout: policy.timeout_ms,
    ephemeralCache: false,
    analytics: false,
    enableProtection: false,
    enableTelemetry: false,
  });
}
