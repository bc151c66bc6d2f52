import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { runScript } from "../command.ts";
import { onEveryEngine } from "./upstash-engines.ts";

/** `npm run move -- redis` */
const look = (url: string) => runScript("local/move/main.ts", ["redis"], { OLD_REDIS_URL: url });

onEveryEngine("looking at the Redis of the old design", (gateway) => {
  const withRedis = async (act: (redis: Redis, url: string) => Promise<void>) => {
    const { redisUrl } = gateway.info();
    const redis = new Redis(redisUrl);
    try {
      await act(redis, redisUrl);
    } finally {
      redis.disconnect();
    }
  };

  test("says when the last room ends, and waits for it", () =>
    withRedis(async (redis, url) => {
      await redis.set("apikey:abc", "game", "EX", 300);
      for (let room = 0; room < 2_500; room += 1)
        await redis.set(`room:${room}`, "{}", "EX", 1_000 + room);
      const { code, text } = await look(url);
      expect(text).toMatch(/^watch rooms +2500, the last ends in 34\d\d s\n/);
      expect(text).toMatch(/\nkeys of games +1, the last ends in (300|2\d\d) s\n/);
      expect(text).toMatch(/\nother keys +0\n$/);
      expect(code).toBe(1);
    }));

  test("lets the old service go when only caches are left", () =>
    withRedis(async (redis, url) => {
      await redis.set("apikey:abc", "game", "EX", 300);
      expect((await look(url)).code).toBe(0);
    }));

  test("does not let go of keys that the old design does not know", () =>
    withRedis(async (redis, url) => {
      await redis.set("newsletter", "somebody's own");
      const { code, text } = await look(url);
      expect(text).toMatch(/\nother keys +1, not all of which end\n$/);
      expect(code).toBe(1);
    }));
});

test("an old Redis that is not there is said to be so", async () => {
  const { code, text } = await look("redis://127.0.0.1:1");
  expect({ code, text }).toEqual({ code: 1, text: "no Redis answers at OLD_REDIS_URL\n" });
});
