import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  apiMetricsSchema,
  type Health,
  healthSchema,
  memorySchema,
  statsSchema,
} from "../../protocol/monitors.ts";
import { createApi } from "../api.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";

const minute_ms = 60_000;
const limits = { watch: { connections_max: 10, bytes_max: 200_000 } };

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
  // Half past the hour.
  cloud.now_ms = Date.parse("2026-11-21T14:30:00Z");
});
afterEach(() => {
  cloud.stop();
  vi.useRealTimers();
});

const app = () => createApi(() => cloud.services, limits);
const get = async (path: string) => {
  const response = await app().request(path, {}, cloud.bindings);
  return { status: response.status, json: (await response.json()) as unknown };
};
const health = async (): Promise<Health> => {
  const { status, json } = await get("/health");
  expect(status).toBe(200);
  return healthSchema.parse(json);
};
const counted = (hour: string, field: string, amount: number) =>
  cloud.store.answer(["HINCRBY", `meter:2026-11-21T${hour}`, field, amount]);
/** Four rooms with people in them, twelve sockets, and an hour and a half of counts. */
const busy = () => {
  for (const room of ["room-1", "room-2", "room-3", "room-4"])
    cloud.store.answer(["ZINCRBY", "meter:rooms:dev:watch", 3, room]);
  cloud.store.answer(["HINCRBY", "meter:sockets:dev", "watch", 12]);
  counted("14", "unit|watch|socket_messages_in", 900);
  counted("13", "unit|watch|socket_messages_in", 1_800);
  counted("14", "cache|user|hit", 80);
  counted("14", "cache|user|stale", 6);
  counted("13", "cache|user|miss", 14);
};

describe("GET /health", () => {
  test("says that the Worker runs before anything was counted, and invents nothing", async () => {
    const body = await health();
    expect(body).toMatchObject({
      status: "ok",
      timestamp: "2026-11-21T14:30:00.000Z",
      service: "offrail",
      version: "dev",
      server_ms: cloud.now_ms,
      checks: { redis: { status: "healthy" }, websocket: false, database: null },
      connections: { users: null, total: 0, limit: 0, utilization: "0.0%" },
    });
    expect(body.metrics.rooms).toEqual({
      total: null,
      active: 0,
      totalParticipants: 0,
      averageParticipants: 0,
    });
    const unread = { size: null, maxSize: null, hits: 0, misses: 0, hitRate: null };
    expect(body.cache).toEqual({ users: unread, sessions: unread });
  });

  test("tells rooms, sockets against what the rooms can take, and hit rates", async () => {
    busy();
    const body = await health();
    expect(body.metrics.rooms).toMatchObject({
      active: 4,
      totalParticipants: 12,
      averageParticipants: 3,
    });
    expect(body.checks.websocket).toBe(true);
    expect(body.connections).toMatchObject({ total: 12, limit: 40, utilization: "30.0%" });
    expect(body.cache?.users).toMatchObject({ hits: 86, misses: 14, hitRate: "86.0%" });
  });

  test("wakes neither Postgres nor a room, and repeats what `/ready` last found", async () => {
    await get("/ready");
    const { queries } = cloud.database;
    const rooms = cloud.roomRequests.length;
    const checkedAt = new Date(cloud.now_ms).toISOString();
    cloud.now_ms += 4 * minute_ms;
    expect((await health()).checks.database).toEqual({ status: "healthy", checkedAt });
    expect(cloud.database.queries).toBe(queries);
    expect(cloud.roomRequests).toHaveLength(rooms);
  });

  test("costs one round trip to Redis a minute, however often it is asked", async () => {
    for (let asked = 0; asked < 20; asked += 1) await health();
    expect(cloud.store.requests).toBe(1);
    cloud.now_ms += minute_ms;
    await health();
    expect(cloud.store.requests).toBe(2);
  });

  test("is 200 with Redis down: what Redis alone knows is null, and it says so", async () => {
    cloud.redis = "down";
    const body = await health();
    expect(body.checks.redis).toMatchObject({ status: "unhealthy", latency: null });
    expect(body.checks.websocket).toBeNull();
    expect(body.connections).toMatchObject({ total: null, limit: null, utilization: null });
    expect(body.metrics.rooms.active).toBeNull();
    expect(body.cache).toBeNull();
    cloud.redis = "up";
    cloud.now_ms += 10_000;
    expect((await health()).checks.redis.status).toBe("healthy");
  });

  test("waits no longer than 300 ms for a Redis that says nothing", async () => {
    vi.useFakeTimers();
    cloud.redis = "silent";
    const answer = health();
    await vi.advanceTimersByTimeAsync(300);
    expect((await answer).checks.redis.status).toBe("unhealthy");
  });

  test("tells how long the isolate has run", async () => {
    cloud.now_ms = cloud.services.startedAt_ms + 90_000;
    expect((await health()).metrics.uptime).toBe(90);
  });
});

test("GET /stats tells sockets, and messages a second over the last hour", async () => {
  busy();
  const { json } = await get("/stats");
  // All 900 of this half hour and half of the 1,800 of the hour before.
  expect(statsSchema.parse(json)).toMatchObject({
    websocket: { connections: 12, messagesPerSecond: 0.5 },
  });
  cloud.redis = "down";
  cloud.now_ms += minute_ms;
  expect(statsSchema.parse((await get("/stats")).json)).toMatchObject({
    websocket: { connections: null, messagesPerSecond: null },
  });
});

test("GET /api/metrics has every figure of a process, as null, and the isolate's age", async () => {
  cloud.now_ms = cloud.services.startedAt_ms + 5 * minute_ms;
  expect(apiMetricsSchema.parse((await get("/api/metrics")).json)).toEqual({
    memory: { rss: null, heapTotal: null, heapUsed: null, external: null },
    uptime: "5 minutes",
    dbConnections: null,
    batchWriters: { events: null, revenue: null, heartbeats: null },
  });
});

test("GET /memory tells what the isolate keeps and what open rooms can hold, with the limits", async () => {
  busy();
  const { json } = await get("/memory");
  const body = memorySchema.parse(json);
  expect(body.memory).toEqual({ rss: null, heapUsed: null, heapTotal: null, external: null });
  expect(body.rooms).toEqual({
    open: 4,
    held_bytes_max: 800_000,
    each_bytes_max: { watch: 200_000 },
    limit_bytes: 134_217_728,
  });
  // The counts of this very request wait to be written.
  expect(body.isolate.kept_bytes).toBeGreaterThan(0);
  expect(body.isolate.kept_bytes).toBeLessThan(10_000);
});
