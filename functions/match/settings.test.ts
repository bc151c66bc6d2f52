import { expect, test } from "vitest";
import { parseSettings } from "../env.ts";

const others = {
  UPSTASH_REDIS_REST_URL: "https://eu1.upstash.io",
  UPSTASH_REDIS_REST_TOKEN: "the-redis-token",
  DATABASE_URL: "postgres://user:the-password@host/db",
  ROOM_TOKEN_KEYS: `k1:${"s".repeat(32)}`,
  AUTH_SECRET: "a secret of at least 32 characters for this",
};

test("match works without settings of its own, with one lobby a region and a public STUN server", () => {
  expect(parseSettings(others)).toMatchObject({
    MATCH_SHARDS: 1,
    MATCH_CAPACITY: 1_200,
    MATCH_STUN_URLS: ["stun:stun.cloudflare.com:3478"],
    MATCH_TURN_URLS: [],
  });
});

test("relays are read item by item", () => {
  const settings = parseSettings({
    ...others,
    MATCH_TURN_URLS: "turn:a.test:3478?transport=udp, turns:a.test:443",
    MATCH_TURN_SECRET: "shared",
    MATCH_STUN_URLS: "",
  });
  expect(settings.MATCH_TURN_URLS).toEqual(["turn:a.test:3478?transport=udp", "turns:a.test:443"]);
  expect(settings.MATCH_STUN_URLS).toEqual([]);
});

test.each([
  [{ MATCH_TURN_URLS: "turn:a.test" }, "MATCH_TURN_URLS: needs MATCH_TURN_SECRET"],
  [{ MATCH_TURN_URLS: "https://a.test", MATCH_TURN_SECRET: "x" }, "MATCH_TURN_URLS: must be"],
  [{ MATCH_STUN_URLS: "turn:a.test" }, "MATCH_STUN_URLS: must be"],
  [{ MATCH_CF_TURN_KEY_ID: "id" }, "MATCH_CF_TURN_KEY_ID: goes with MATCH_CF_TURN_TOKEN"],
  [{ MATCH_CF_TURN_TOKEN: "token" }, "MATCH_CF_TURN_KEY_ID"],
  [{ MATCH_SHARDS: "0" }, "MATCH_SHARDS"],
  [{ MATCH_SHARDS: "1.5" }, "MATCH_SHARDS"],
  [{ MATCH_CAPACITY: "lots" }, "MATCH_CAPACITY"],
])("%j cannot be used, and the message says why", (settings, complaint) => {
  expect(() => parseSettings({ ...others, ...settings })).toThrow(complaint);
});
