import { rateLimitPolicies } from "../platform/ratelimit/policies.ts";

/** `RATE_LIMITS` under which one address, from which all load comes, is never refused. */
export const liftedLimits = Object.keys(rateLimitPolicies)
  .map((policy) => `${policy}=1000000/60`)
  .join(",");
