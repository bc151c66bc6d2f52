import { afterEach, expect, test, vi } from "vitest";
import { createRedis } from "./client.ts";

const redis = createRedis({ url: "https://redis.test", token: "secret" });

afterEach(() => vi.unstubAllGlobals());

test("a command is one POST with the token, and its answer is decoded", async () => {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) =>
    Response.json({ result: "UE9ORw==" }),
  );
  vi.stubGlobal("fetch", fetch);
  expect(await redis.ping()).toBe("PONG");
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect(url).toBe("https://redis.test");
  expect(new Headers(init?.headers).get("authorization")).toBe("Bearer secret");
});

test("a network that fails is tried twice and no more", async () => {
  const fetch = vi.fn(() => Promise.reject(new TypeError("network")));
  vi.stubGlobal("fetch", fetch);
  await expect(redis.ping()).rejects.toThrow("network");
  expect(fetch).toHaveBeenCalledTimes(2);
});

test("every command carries a deadline of its own", async () => {
  const signals: unknown[] = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    signals.push(init.signal);
    return Response.json({ result: "UE9ORw==" });
  });
  await redis.ping();
  await redis.ping();
  expect(signals).toHaveLength(2);
  expect(signals[0]).toBeInstanceOf(AbortSignal);
  expect(signals[0]).not.toBe(signals[1]);
});

test("an answer that is not from Redis is an error", async () => {
  vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502 }));
  await expect(redis.ping()).rejects.toThrow();
});
