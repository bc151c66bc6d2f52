import { expect, test } from "vitest";
import { parseSettings, SettingsError } from "./env.ts";

const good = {
  UPSTASH_REDIS_REST_URL: "https://eu1.upstash.io",
  UPSTASH_REDIS_REST_TOKEN: "the-redis-token",
  DATABASE_URL: "postgres://user:the-password@host/db",
  ROOM_TOKEN_KEYS: `k1:${"s".repeat(32)}`,
  AUTH_SECRET: "a secret of at least 32 characters for this",
};

const messageOf = (bindings: Record<string, unknown>): string => {
  try {
    parseSettings(bindings);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
};

test("what is not set has a sensible default", () => {
  expect(parseSettings(good)).toMatchObject({
    CORS_ORIGINS: [],
    RATE_LIMITS: {},
    LOG_LEVEL: "warn",
    VERSION: "dev",
  });
});

test("lists are read item by item", () => {
  const settings = parseSettings({
    ...good,
    CORS_ORIGINS: "https://a.example, https://b.example,",
    RATE_LIMITS: "anonymous=1000/60",
  });
  expect(settings.CORS_ORIGINS).toEqual(["https://a.example", "https://b.example"]);
  expect(settings.RATE_LIMITS).toEqual({ anonymous: { limit: 1000, window_s: 60 } });
});

test.each(Object.keys(good))("without %s the message names it and no other", (variable) => {
  const { [variable as keyof typeof good]: _gone, ...rest } = good;
  expect(messageOf(rest)).toBe(`Configuration cannot be used. ${variable}: is missing.`);
  expect(messageOf({ ...rest, [variable]: "" })).toContain(`${variable}: is missing`);
});

test("all that is missing is named at once", () => {
  const message = messageOf({});
  for (const variable of Object.keys(good)) expect(message).toContain(variable);
});

test.each([
  ["UPSTASH_REDIS_REST_URL", "redis://secret-host:6379"],
  ["DATABASE_URL", "mysql://user:secret@host/db"],
  ["NEON_FETCH_ENDPOINT", "not an address, secret"],
  ["ROOM_TOKEN_KEYS", "k1:secret"],
  ["RATE_LIMITS", "secret=1/1"],
  ["LOG_LEVEL", "secret"],
])("a %s that cannot be used is named, and its value is not repeated", (variable, value) => {
  const message = messageOf({ ...good, [variable]: value });
  expect(message).toContain(variable);
  expect(message).not.toContain(value);
});

test.each([
  [{ AUTH_SECRET: "short secret" }, "AUTH_SECRET: must be at least 32 characters"],
  [{ PUBLIC_URL: "offrail.example" }, "PUBLIC_URL: must be an http"],
  [{ MAIL_URL: "https://mail.test" }, "MAIL_URL: needs MAIL_TOKEN and MAIL_FROM"],
])("%j cannot be used, and the message says why", (settings, complaint) => {
  expect(messageOf({ ...good, ...settings })).toContain(complaint);
});

test("a mail address with its token and sender can be used", () => {
  const mail = { MAIL_URL: "https://mail.test", MAIL_TOKEN: "t", MAIL_FROM: "Offrail <a@b.test>" };
  expect(parseSettings({ ...good, ...mail })).toMatchObject({ MAIL_URL: "https://mail.test" });
});
