import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryRedis } from "../testing/memory-redis.ts";
import { createRateLimiter, type LimiterRedis } from "./limiter.ts";
import { parseRateLimits, rateLimitPolicies } from "./policies.ts";

beforeEach(() => vi.useFakeTimers({ now: 1_760_000_040_000 }));
afterEach(() => vi.useRealTimers());

const failing = (error: () => Promise<never>): LimiterRedis => ({
  ...memoryRedis(),
  evalsha: error,
});

test.each(["watch_create", "anonymous", "time"] as const)(
  "as many requests pass as %s allows, and the next is refused",
  async (policy) => {
    const limiter = createRateLimiter(memoryRedis());
    const { limit } = rateLimitPolicies[policy];
    for (let left = limit - 1; left >= 0; left -= 1)
      expect(await limiter.count(policy, "a")).toMatchObject({
        type: "allowed",
        limit,
        remaining: left,
      });
    expect(await limiter.count(policy, "a")).toMatchObject({ type: "refused", remaining: 0 });
  },
);

test("the time is counted without Redis", async () => {
  const limiter = createRateLimiter(failing(() => Promise.reject(new Error("down"))));
  expect((await limiter.count("time", "a")).type).toBe("allowed");
});

test.each(["anonymous", "time"] as const)(
  "a caller refused by %s is let in again when the window ends",
  async (policy) => {
    const limiter = createRateLimiter(memoryRedis(), { [policy]: { limit: 1, window_s: 60 } });
    await limiter.count(policy, "a");
    const refused = await limiter.count(policy, "a");
    if (refused.type !== "refused") throw new Error("it was not refused");
    vi.setSystemTime(refused.reset_ms);
    expect((await limiter.count(policy, "a")).type).toBe("allowed");
  },
);

test("callers are counted apart, and so are policies", async () => {
  const limiter = createRateLimiter(memoryRedis(), { ready: { limit: 1, window_s: 60 } });
  expect((await limiter.count("ready", "a")).type).toBe("allowed");
  expect((await limiter.count("ready", "a")).type).toBe("refused");
  expect((await limiter.count("ready", "b")).type).toBe("allowed");
  expect((await limiter.count("anonymous", "a")).type).toBe("allowed");
});

test("a refused caller is let in again as the window slides on", async () => {
  const limiter = createRateLimiter(memoryRedis(), { ready: { limit: 2, window_s: 60 } });
  await limiter.count("ready", "a");
  await limiter.count("ready", "a");
  const refused = await limiter.count("ready", "a");
  expect(refused.type).toBe("refused");
  if (refused.type === "unknown") throw new Error("Redis answered");
  vi.setSystemTime(refused.reset_ms + 31_000);
  expect((await limiter.count("ready", "a")).type).toBe("allowed");
});

test("an error of Redis is an unknown verdict, not an exception", async () => {
  const limiter = createRateLimiter(failing(() => Promise.reject(new Error("down"))));
  expect(await limiter.count("anonymous", "a")).toEqual({ type: "unknown" });
});

test("a silent Redis is an unknown verdict once the policy's timeout has passed", async () => {
  const limiter = createRateLimiter(failing(() => new Promise(() => {})));
  const verdict = limiter.count("anonymous", "a");
  await vi.advanceTimersByTimeAsync(rateLimitPolicies.anonymous.timeout_ms);
  expect(await verdict).toEqual({ type: "unknown" });
});

test("configuration may change a policy's numbers and nothing else", () => {
  const overrides = parseRateLimits("anonymous=1000/60, watch_create=5/10");
  expect(overrides).toEqual({
    anonymous: { limit: 1000, window_s: 60 },
    watch_create: { limit: 5, window_s: 10 },
  });
  if (typeof overrides === "string") throw new Error(overrides);
  const policy = createRateLimiter(memoryRedis(), overrides).policy("watch_create");
  expect(policy).toMatchObject({ limit: 5, window_s: 10, whenRedisFails: "closed" });
});

test.each([
  "nobody=1/1",
  "anonymous",
  "anonymous=0/60",
  "anonymous=1/0",
  "anonymous=1e9/1",
  "toString=1/1",
])("%j is not a limit, and the sentence names the policies", (text) => {
  expect(parseRateLimits(text)).toMatch(/anonymous/);
});
