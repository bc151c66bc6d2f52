import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeCloud } from "../testing/fake-cloud.ts";

const secret = "a scraper's secret".replaceAll(" ", "-");
const hour_ms = 3_600_000;

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud({ METRICS_TOKEN: secret });
  cloud.now_ms = Date.parse("2026-11-21T14:30:00Z");
});
afterEach(() => cloud.stop());

const background: Promise<unknown>[] = [];
const runtime = {
  waitUntil: (work: Promise<unknown>) => void background.push(work),
  passThroughOnException: () => {},
  props: {},
};
const ask = (authorization?: string) =>
  cloud.app.request(
    "/metrics",
    authorization === undefined ? {} : { headers: { Authorization: authorization } },
    cloud.bindings,
  );
const scrape = async (): Promise<string> => {
  const response = await ask(`Bearer ${secret}`);
  expect(response.status).toBe(200);
  return await response.text();
};
const lineOf = (text: string, name: string) =>
  text.split("\n").filter((line) => line.startsWith(name) && !line.startsWith("#"));
const count = (hour: string, field: string, amount: number) =>
  cloud.store.answer(["HINCRBY", `meter:2026-11-21T${hour}`, field, amount]);

describe("GET /metrics is closed", () => {
  test.each([
    ["without a token", undefined, 401],
    ["with a wrong one", "Bearer another-secret-of-16", 401],
    ["with a prefix of it", `Bearer ${secret.slice(0, -1)}`, 401],
    ["with another scheme", `Basic ${secret}`, 401],
  ])("%s, and then asks nobody anything", async (_what, authorization, status) => {
    expect((await ask(authorization)).status).toBe(status);
    expect(cloud.store.requests).toBe(0);
    expect(cloud.database.queries).toBe(0);
  });

  test.each([
    ["is not set", undefined],
    ["is empty", ""],
    ["is too short to be one", "short"],
  ])("to everybody when the secret %s", async (_what, METRICS_TOKEN) => {
    cloud.stop();
    cloud = new FakeCloud({ METRICS_TOKEN });
    expect((await ask(`Bearer ${METRICS_TOKEN ?? "undefined"}`)).status).toBe(401);
    expect((await ask("Bearer ")).status).toBe(401);
  });
});

describe("a scrape", () => {
  test("has the form that Prometheus reads", async () => {
    count("14", "unit|watch|redis_commands", 5);
    count("14", "route|GET /v1/watch/rooms/:id|2|3", 2);
    count("14", "route_ms|GET /v1/watch/rooms/:id", 70);
    const response = await ask(`Bearer ${secret}`);
    expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    const sample = /^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[\d.e+-]+$/;
    for (const line of text.trimEnd().split("\n"))
      expect(line).toMatch(line.startsWith("#") ? /^# (HELP|TYPE) [a-z_]+ \S/ : sample);
    expect(text.endsWith("\n")).toBe(true);
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
    expect(new Set(names).size, "each metric stands once").toBe(names.length);
  });

  test("tells units by module, answers by route, hit rates, rooms, jobs and parts", async () => {
    count("14", "unit|watch|redis_commands", 5);
    count("14", "unit|jobs|sql_round_trips", 3);
    count("14", "route|GET /v1/time|2|0", 8);
    count("14", "route|GET /v1/time|5|10", 2);
    count("14", "route_ms|GET /v1/time", 12_500);
    count("14", "cache|user|hit", 3);
    count("14", "cache|user|miss", 1);
    count("14", "unit|watch|room_awake_ms", 2.7 * hour_ms);
    count("14", "event|watch|room_full", 6);
    cloud.store.answer(["ZINCRBY", "meter:rooms:dev:watch", 4, "room-1"]);
    cloud.store.answer(["HINCRBY", "meter:sockets:dev", "watch", 4]);
    cloud.database.jobs = { queued: 7, running: 2, dead: 1, oldestDue_ms: 1_500 };
    const text = await scrape();
    expect(lineOf(text, "offrail_redis_commands_total")).toEqual([
      'offrail_redis_commands_total{module="watch"} 5',
    ]);
    expect(text).toContain('offrail_sql_round_trips_total{module="jobs"} 3');
    expect(text).toContain('offrail_responses_total{method="GET",route="/v1/time",status="5xx"} 2');
    const series = '{method="GET",route="/v1/time"';
    expect(lineOf(text, "offrail_request_duration_seconds")).toEqual([
      `offrail_request_duration_seconds_bucket${series},le="0.005"} 8`,
      ...["0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5"].map(
        (le) => `offrail_request_duration_seconds_bucket${series},le="${le}"} 8`,
      ),
      `offrail_request_duration_seconds_bucket${series},le="+Inf"} 10`,
      `offrail_request_duration_seconds_sum${series}} 12.5`,
      `offrail_request_duration_seconds_count${series}} 10`,
    ]);
    expect(text).toContain('offrail_cache_hit_ratio{cache="user"} 0.75');
    expect(text).toContain('offrail_rooms_open{party="watch"} 1');
    // 2.7 hours in memory within the last hour and a half.
    expect(text).toContain('offrail_rooms_awake_average{party="watch"} 1.8');
    expect(text).toContain('offrail_sockets_open{party="watch"} 4');
    expect(text).toContain('offrail_room_events_total{module="watch",event="room_full"} 6');
    expect(text).toContain('offrail_jobs{status="dead"} 1');
    expect(text).toContain("offrail_job_oldest_due_seconds 1.5");
    expect(text).toContain('offrail_up{part="postgres"} 1');
  });

  test("has counters that only grow from one hour to the next", async () => {
    const total = async () =>
      Number(lineOf(await scrape(), "offrail_redis_commands_total")[0]?.split(" ")[1]);
    count("11", "unit|watch|redis_commands", 1_000);
    count("14", "unit|watch|redis_commands", 5);
    expect(await total()).toBe(1_005);
    cloud.now_ms += hour_ms;
    expect(await total()).toBe(1_005);
    count("15", "unit|watch|redis_commands", 3);
    expect(await total()).toBe(1_008);
    cloud.now_ms += 5 * hour_ms;
    expect(await total()).toBe(1_008);
  });

  test("costs one round trip to Redis, and none to Postgres while `/ready` would make none", async () => {
    // The first ever sums up the hours there are; that is kept after the answer.
    await cloud.app.request(
      "/metrics",
      { headers: { Authorization: `Bearer ${secret}` } },
      cloud.bindings,
      runtime,
    );
    await Promise.all(background.splice(0, 1));
    const { requests } = cloud.store;
    const { queries } = cloud.database;
    for (let scrapes = 1; scrapes <= 10; scrapes += 1) {
      cloud.now_ms += 15_000;
      await scrape();
      expect(cloud.store.requests).toBe(requests + scrapes);
    }
    expect(cloud.database.queries).toBe(queries);
  });

  test("still tells how the parts do when Redis is gone", async () => {
    cloud.redis = "down";
    const text = await scrape();
    expect(text).toContain('offrail_up{part="redis"} 0');
    expect(text).toContain('offrail_up{part="postgres"} 1');
    expect(text).toContain("offrail_metered 0");
    expect(text).not.toContain("_total");
  });

  test("names no route that somebody made up", async () => {
    for (const path of ["/v1/nothing", "/wp-admin.php", "/v1/watch/rooms/room-1234/%22evil"])
      await cloud.request(path);
    await cloud.request("/v1/watch/rooms/room-1234");
    const flushed = cloud.services.meter.flushIfDue();
    await flushed;
    const text = await scrape();
    const routes = [...text.matchAll(/route="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(routes)).toEqual(new Set(["none", "/v1/watch/rooms/:id"]));
  });
});
