import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { healthSchema, readySchema } from "../../protocol/ops.ts";
import { problemSchema } from "../../protocol/problem.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
afterEach(() => {
  cloud.stop();
  vi.useRealTimers();
});

describe("GET /health", () => {
  test("says that the Worker runs, its version and its clock", async () => {
    const response = await cloud.request("/health");
    expect(response.status).toBe(200);
    expect(healthSchema.parse(await response.json())).toEqual({
      status: "ok",
      version: "dev",
      server_ms: cloud.now_ms,
    });
  });

  test("wakes nothing: no Redis, no Postgres, no room", async () => {
    cloud.redis = "down";
    cloud.postgres = "down";
    expect((await cloud.request("/health")).status).toBe(200);
    expect(cloud.commands).toEqual([]);
    expect(cloud.database.queries).toBe(0);
    expect(cloud.roomRequests).toEqual([]);
  });
});

describe("GET /ready", () => {
  const ask = async () => {
    const response = await cloud.request("/ready");
    return { status: response.status, body: readySchema.parse(await response.json()) };
  };

  test("is 200 when Redis, Postgres and a room answer", async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body.status).toBe("ready");
    expect(Object.values(body.checks).map((check) => check.status)).toEqual(["up", "up", "up"]);
    expect(await cloud.roomRequests[0]?.clone().json()).toEqual({ type: "ping" });
  });

  test("names Redis when Redis is down, though its own limit then goes uncounted", async () => {
    cloud.redis = "down";
    const { status, body } = await ask();
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: "not_ready",
      checks: { redis: { status: "down" }, postgres: { status: "up" }, room: { status: "up" } },
    });
  });

  test("names Postgres when Postgres is down", async () => {
    cloud.postgres = "down";
    expect(await ask()).toMatchObject({
      status: 503,
      body: { checks: { postgres: { status: "down" } } },
    });
  });

  test("names Postgres when it answers with an error", async () => {
    cloud.database.failure = "57P03";
    expect(await ask()).toMatchObject({
      status: 503,
      body: { checks: { postgres: { status: "down" } } },
    });
  });

  test("names the room when it throws, or answers something else", async () => {
    cloud.room = () => Promise.reject(new Error("overloaded"));
    expect(await ask()).toMatchObject({
      status: 503,
      body: { checks: { room: { status: "down" } } },
    });
    cloud.room = () => Response.json({ ok: "maybe" });
    expect(await ask()).toMatchObject({
      status: 503,
      body: { checks: { room: { status: "down" } } },
    });
  });

  test("does not wait for ever for a part that says nothing", async () => {
    vi.useFakeTimers();
    cloud.postgres = "silent";
    cloud.room = () => new Promise(() => {});
    const answer = ask();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await answer).toMatchObject({
      status: 503,
      body: {
        checks: { redis: { status: "up" }, postgres: { status: "down" }, room: { status: "down" } },
      },
    });
  });

  test("is limited, because it wakes what sleeps", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: cloud.now_ms });
    for (let asked = 0; asked < 10; asked += 1) await cloud.request("/ready");
    const response = await cloud.request("/ready");
    expect(response.status).toBe(429);
    expect(problemSchema.parse(await response.json()).code).toBe("rate_limited");
    expect(cloud.database.queries).toBe(10);
  });
});

test("GET /v1/time tells the server's clock and may not be cached", async () => {
  const response = await cloud.request("/v1/time");
  expect(await response.json()).toEqual({ server_ms: cloud.now_ms });
  expect(response.headers.get("Cache-Control")).toBe("no-store");
});

describe("GET /openapi.json", () => {
  const fetchDocument = async () =>
    (await (await cloud.request("/openapi.json")).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };

  test("describes every module's routes as OpenAPI 3.1", async () => {
    const { openapi, paths } = await fetchDocument();
    expect(openapi).toBe("3.1.0");
    expect(Object.keys(paths).sort()).toEqual([
      "/health",
      "/ready",
      "/v1/time",
      "/v1/watch/media",
      "/v1/watch/rooms",
      "/v1/watch/rooms/{id}",
      "/v1/watch/rooms/{id}/join",
      "/v1/watch/rooms/{id}/state",
    ]);
  });

  test("says of every limited route that it can be limited", async () => {
    const { paths } = await fetchDocument();
    for (const [path, operations] of Object.entries(paths))
      for (const [method, { responses }] of Object.entries(operations))
        if (path !== "/health")
          expect(Object.keys(responses), `${method} ${path}`).toContain("429");
  });

  test("refers to nothing that it does not hold", async () => {
    const document = await fetchDocument();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
    for (const [, pointer = ""] of references) {
      const found = pointer
        .split("/")
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect(found, pointer).toBeDefined();
    }
  });
});
