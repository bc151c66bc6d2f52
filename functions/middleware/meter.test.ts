import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MeterReading, readMeter } from "../../platform/meter/reading.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";
import { measureBody } from "./measure-body.ts";
import { moduleOf } from "./meter.ts";

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
afterEach(() => cloud.stop());

const counted = async (): Promise<MeterReading> => {
  await cloud.services.meter.flush();
  const hour = new Date(cloud.now_ms).toISOString().slice(0, 13);
  return readMeter(cloud.store.hash(`meter:${hour}`));
};

test.each([
  ["/v1/watch/rooms/room-1234", "watch"],
  ["/parties/watch/room-1234", "watch"],
  ["/parties/nobody/room-1234", "other"],
  ["/v1/jobs", "jobs"],
  ["/v1/me/export", "identity"],
  ["/v1/auth/sign-in", "identity"],
  ["/media/timecode.webm", "media"],
  ["/health", "ops"],
  ["/api/metrics", "ops"],
  ["/v1/ops/overview", "ops"],
  ["/v1/meter", "other"],
  ["/v1/constructor", "other"],
  ["/", "other"],
  ["/v1", "other"],
])("%s is on the account of %s", (path, module) => {
  expect(moduleOf(path)).toBe(module);
});

describe("a request", () => {
  test("is counted with all it used, on the account of its module", async () => {
    await cloud.request("/v1/watch/rooms", { method: "POST", json: { title: "Room" } });
    const { units, routes } = await counted();
    const watch = Object.fromEntries(units.get("watch") ?? []);
    expect(watch).toMatchObject({ worker_requests: 1, redis_commands: 4, sql_round_trips: 1 });
    expect(watch.bytes_out).toBeGreaterThan(100);
    expect([...units.keys()]).toEqual(["watch"]);
    expect(routes).toMatchObject([{ route: "POST /v1/watch/rooms" }]);
  });

  test("for a socket stands under its pattern, and what is nowhere under none", async () => {
    await cloud.request("/parties/watch/room-1234", { headers: { Upgrade: "websocket" } });
    await cloud.request("/v1/nowhere");
    const { routes } = await counted();
    expect(routes.map(({ route }) => route).sort()).toEqual(["GET /parties/:party/:room", "none"]);
  });

  test("to the rooms counts as a request of the room as well", async () => {
    await cloud.request("/ready");
    const { units } = await counted();
    expect(units.get("ops")?.get("room_requests")).toBe(1);
  });

  test("counts on its own account, however many run at once", async () => {
    await Promise.all([
      ...Array.from({ length: 20 }, () => cloud.request("/v1/time")),
      ...Array.from({ length: 10 }, () => cloud.request("/v1/watch/media")),
    ]);
    const { units } = await counted();
    expect(units.get("ops")?.get("worker_requests")).toBe(20);
    expect(units.get("ops")?.get("redis_commands")).toBeUndefined();
    expect(units.get("watch")?.get("redis_commands")).toBe(20);
  });

  test("counts slow queries as such", async () => {
    const { fetch } = globalThis;
    globalThis.fetch = (...request) => {
      cloud.now_ms += 200;
      return fetch(...request);
    };
    await cloud.request("/v1/watch/rooms/room-1234");
    globalThis.fetch = fetch;
    expect((await counted()).units.get("watch")?.get("sql_slow")).toBe(1);
  });

  test("has nothing written on its way, whatever the meter holds", async () => {
    for (let requests = 0; requests < 50; requests += 1) await cloud.request("/v1/watch/media");
    cloud.now_ms += 60_000;
    const { requests } = cloud.store;
    await cloud.request("/v1/watch/media");
    // The rate limit's own.
    expect(cloud.store.requests).toBe(requests + 1);
  });

  test("is answered as well while the meter cannot write", async () => {
    cloud.redis = "down";
    expect((await cloud.request("/v1/watch/media")).status).toBe(200);
    await cloud.services.meter.flush();
    cloud.redis = "up";
    expect((await counted()).units.get("watch")?.get("worker_requests")).toBe(1);
  });
});

describe("an answer's bytes", () => {
  const measured = async (response: Response) => {
    let told: number | undefined;
    const passed = await measureBody(response, (bytes) => {
      told = bytes;
    });
    return { body: await passed.text(), told: told ?? 0, passed };
  };

  test("are those of its length, its text, or its stream, and the answer stays the same", async () => {
    const stream = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode("Zo"));
        controller.enqueue(new TextEncoder().encode("ë"));
        controller.close();
      },
    });
    const answers = [
      new Response("four", { headers: { "Content-Length": "4" } }),
      Response.json("Zoë", { status: 201, headers: { "X-Kept": "yes" } }),
      new Response(stream, { headers: { "Content-Type": "video/webm" } }),
    ];
    const [fixed, json, streamed] = await Promise.all(answers.map(measured));
    expect(fixed).toMatchObject({ told: 4, body: "four" });
    expect(json).toMatchObject({ told: 6, body: '"Zoë"' });
    expect(json?.passed.status).toBe(201);
    expect(json?.passed.headers.get("X-Kept")).toBe("yes");
    expect(streamed).toMatchObject({ told: 4, body: "Zoë" });
  });

  test("are none of an answer without a body", async () => {
    expect((await measured(new Response(null, { status: 304 }))).told).toBe(0);
  });
});
