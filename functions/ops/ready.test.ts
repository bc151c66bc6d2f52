import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Ready, readySchema } from "../../protocol/ops.ts";
import { problemSchema } from "../../protocol/problem.ts";
import { createApi } from "../api.ts";
import { createServices } from "../services.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";

const minute_ms = 60_000;

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
afterEach(() => {
  cloud.stop();
  vi.useRealTimers();
});

const ask = async (request = () => cloud.request("/ready")) => {
  const response = await request();
  const body: Ready = readySchema.parse(await response.json());
  return { status: response.status, body };
};
/** Another isolate over the same Redis and Postgres: it remembers nothing of the first one's. */
const otherIsolate = () => {
  const services = createServices(cloud.bindings, () => cloud.now_ms);
  const app = createApi(() => services);
  return async () => await app.request("/ready", {}, cloud.bindings);
};
const pass = (duration_ms: number) => {
  cloud.now_ms += duration_ms;
};

describe("GET /ready", () => {
  test("is 200 when Redis, Postgres and a room answer, and says when it asked", async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ready", fromCache: false });
    expect(body.checkedAt).toBe(new Date(cloud.now_ms).toISOString());
    expect(Object.values(body.checks).map((check) => check.status)).toEqual(["up", "up", "up"]);
    expect(body.versions).toEqual({ worker: "dev" });
    expect(await cloud.roomRequests[0]?.clone().json()).toEqual({ type: "ping" });
  });

  test("tells of the jobs, the oldest of those that are due too", async () => {
    cloud.database.jobs = { queued: 7, running: 2, dead: 1, oldestDue_ms: 90_000 };
    expect((await ask()).body.jobs).toEqual(cloud.database.jobs);
  });

  test("is ready before there is a table of jobs, and says nothing about them", async () => {
    cloud.database.jobs = undefined;
    expect(await ask()).toMatchObject({ status: 200, body: { jobs: null } });
  });

  test("tells the share of slow queries", async () => {
    const { store, now_ms } = cloud;
    const hour = `meter:${new Date(now_ms).toISOString().slice(0, 13)}`;
    store.answer(["HINCRBY", hour, "unit|watch|sql_round_trips", 8]);
    store.answer(["HINCRBY", hour, "unit|watch|sql_slow", 2]);
    expect((await ask()).body.queries).toEqual({ roundTrips: 8, slowShare: 0.25 });
  });

  test("names Redis when Redis is down, though its own limit then goes uncounted", async () => {
    cloud.redis = "down";
    const { status, body } = await ask();
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: "not_ready",
      checks: { redis: { status: "down" }, postgres: { status: "up" }, room: { status: "up" } },
      queries: { roundTrips: null, slowShare: null },
    });
  });

  test("names Postgres when Postgres is down, or answers with an error", async () => {
    cloud.postgres = "down";
    const down = { status: 503, body: { checks: { postgres: { status: "down" } }, jobs: null } };
    expect(await ask()).toMatchObject(down);
    pass(5 * minute_ms);
    cloud.postgres = "up";
    cloud.database.failure = "57P03";
    expect(await ask()).toMatchObject(down);
    pass(5 * minute_ms);
    cloud.database.failure = undefined;
    expect((await ask()).status).toBe(200);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("overloaded"))],
    ["answers something else", () => Response.json({ ok: "maybe" })],
  ])("names the room when it %s", async (_how, room) => {
    cloud.room = room;
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

  test("is limited", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: cloud.now_ms });
    for (let asked = 0; asked < 10; asked += 1) await cloud.request("/ready");
    const response = await cloud.request("/ready");
    expect(response.status).toBe(429);
    expect(problemSchema.parse(await response.json()).code).toBe("rate_limited");
  });
});

describe("a monitor that asks all the time", () => {
  beforeEach(() => {
    cloud.stop();
    cloud = new FakeCloud({ RATE_LIMITS: "ready=1000/60" });
  });

  test("gets the last answer for five minutes, and is told so", async () => {
    const first = await ask();
    pass(5 * minute_ms - 1);
    const { body } = await ask();
    expect(body).toEqual({ ...first.body, fromCache: true });
    expect(cloud.database.queries).toBe(1);
    expect(cloud.roomRequests).toHaveLength(1);
  });

  test("gets it from another isolate, too", async () => {
    const { body } = await ask();
    expect((await ask(otherIsolate())).body).toEqual({ ...body, fromCache: true });
    expect(cloud.database.queries).toBe(1);
  });

  test("gets a bad answer for as long: what failed is not asked more often", async () => {
    cloud.postgres = "down";
    expect((await ask()).status).toBe(503);
    cloud.postgres = "up";
    expect(await ask()).toMatchObject({ status: 503, body: { fromCache: true } });
    pass(5 * minute_ms);
    expect(await ask()).toMatchObject({ status: 200, body: { fromCache: false } });
  });

  test("does not keep Postgres awake: it is asked once an hour while nobody else uses it", async () => {
    const first = await ask();
    for (let minutes = 0; minutes < 59; minutes += 1) {
      pass(minute_ms);
      const { body } = await ask(otherIsolate());
      expect(body.checks.postgres.checkedAt).toBe(first.body.checks.postgres.checkedAt);
    }
    expect(cloud.database.queries).toBe(1);
    expect(cloud.roomRequests.length).toBeGreaterThan(10);
    pass(minute_ms);
    pass(5 * minute_ms);
    await ask();
    expect(cloud.database.queries).toBe(2);
  });

  test("has Postgres asked again after five minutes if somebody has used it since", async () => {
    await ask();
    const somebodyAsks = () => {
      const hour = `meter:${new Date(cloud.now_ms).toISOString().slice(0, 13)}`;
      cloud.store.answer(["HINCRBY", hour, "unit|watch|sql_round_trips", 1]);
    };
    for (let turn = 2; turn <= 6; turn += 1) {
      pass(5 * minute_ms);
      somebodyAsks();
      await ask();
      expect(cloud.database.queries).toBe(turn);
    }
    // An hour later the count begins anew, and is still understood.
    pass(55 * minute_ms);
    somebodyAsks();
    await ask();
    expect(cloud.database.queries).toBe(7);
  });

  test("does not keep Postgres awake with Redis gone, either", async () => {
    cloud.redis = "down";
    for (let minutes = 0; minutes < 60; minutes += 1) {
      expect((await ask()).body.checks.redis.status).toBe("down");
      pass(minute_ms);
    }
    expect(cloud.database.queries).toBe(1);
    pass(5 * minute_ms);
    await ask();
    expect(cloud.database.queries).toBe(2);
  });

  test("is not deceived by rubbish under the report's key", async () => {
    cloud.store.answer(["SET", "ops:report", '{"status":"ready","checkedAt":"soon"}']);
    expect((await ask()).body.fromCache).toBe(false);
    cloud.store.answer(["SET", "ops:report", "not JSON"]);
    expect((await ask(otherIsolate())).body.fromCache).toBe(false);
  });
});
