import { Ratelimit } from "@upstash/ratelimit";
import { describe, expect, test } from "vitest";
import { onEveryEngine } from "./upstash-engines.ts";

const algorithms = {
  "fixed window": () => Ratelimit.fixedWindow(3, "1 h"),
  "sliding window": () => Ratelimit.slidingWindow(3, "1 h"),
  "token bucket": () => Ratelimit.tokenBucket(3, "1 h", 3),
};

onEveryEngine("@upstash/ratelimit", (gateway) => {
  const limiter = (algorithm: ReturnType<(typeof algorithms)["fixed window"]>) =>
    new Ratelimit({ redis: gateway.client(), limiter: algorithm, ephemeralCache: false });

  describe.each(Object.entries(algorithms))("%s", (_name, algorithm) => {
    test("three pass, the fourth does not, and each key counts for itself", async () => {
      const limit = limiter(algorithm());
      const outcomes = [];
      for (let i = 0; i < 4; i++) outcomes.push((await limit.limit("anna")).success);
      expect(outcomes).toEqual([true, true, true, false]);
      const other = await limit.limit("bert");
      expect(other).toMatchObject({ success: true, limit: 3, remaining: 2 });
    });

    test("of many at once exactly as many pass as may", async () => {
      const limit = limiter(algorithm());
      const outcomes = await Promise.all(Array.from({ length: 40 }, () => limit.limit("crowd")));
      expect(outcomes.filter(({ success }) => success)).toHaveLength(3);
    });

    test("what remains can be asked for and given back", async () => {
      const limit = limiter(algorithm());
      await limit.limit("dora");
      expect(await limit.getRemaining("dora")).toMatchObject({ remaining: 2 });
      await limit.resetUsedTokens("dora");
      expect(await limit.getRemaining("dora")).toMatchObject({ remaining: 3 });
    });
  });
});
