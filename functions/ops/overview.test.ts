import { afterEach, beforeEach, expect, test } from "vitest";
import { overviewSchema } from "../../protocol/overview.ts";
import { partySchema } from "../../protocol/room.ts";
import { createApi } from "../api.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";

const secret = "an-operators-secret";

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud({ OPS_TOKEN: secret });
  cloud.now_ms = Date.parse("2026-11-21T14:30:00Z");
});
afterEach(() => cloud.stop());

const ask = (query = "", token = secret) => {
  const app = createApi(() => cloud.services, { watch: { connections_max: 10, bytes_max: 1_000 } });
  const headers = { Authorization: `Bearer ${token}` };
  return app.request(`/v1/ops/overview${query}`, { headers }, cloud.bindings);
};
const overview = async (query = "") => {
  const response = await ask(query);
  expect(response.status).toBe(200);
  return overviewSchema.parse(await response.json());
};
const count = (hour: string, field: string, amount: number) =>
  cloud.store.answer(["HINCRBY", `meter:2026-11-21T${hour}`, field, amount]);

test("is for operators alone, and asks nobody anything for others", async () => {
  expect((await ask("", "a-wrong-secret-of-16")).status).toBe(401);
  expect((await cloud.request("/v1/ops/overview")).status).toBe(401);
  expect(cloud.store.requests).toBe(0);
});

test("of an empty house has zeros and no figure made up", async () => {
  const body = await overview();
  expect(body).toMatchObject({
    metered: true,
    window_s: 5_400,
    traffic: { requests: 0, errors: 0, p50_ms: null },
    routes: [],
    caches: [],
    rooms: partySchema.options.map((party) => ({
      party,
      open: 0,
      sockets: 0,
      sockets_max: 0,
      // Rooms of one module share its account, and then nobody knows which of them was awake.
      awakeAverage: party === "lobby" || party === "call" ? null : 0,
    })),
    health: { status: "ready" },
  });
  expect(body.series).toHaveLength(24);
});

test("tells traffic, the busiest routes first, and percentiles", async () => {
  count("14", "route|GET /v1/time|2|0", 90);
  count("13", "route|POST /v1/watch/rooms|5|6", 5);
  count("13", "route|POST /v1/watch/rooms|4|6", 5);
  const { traffic, routes } = await overview();
  expect(traffic).toMatchObject({ requests: 100, errors: 5, refused: 5 });
  expect(traffic.p50_ms).toBeLessThan(5);
  // The slowest tenth took between 250 and 500 ms; 95 of 100 lie halfway into it.
  expect(traffic.p95_ms).toBe(375);
  expect(routes.map(({ route }) => route)).toEqual(["GET /v1/time", "POST /v1/watch/rooms"]);
});

test("has a series over the hours asked for, by unit and module, oldest first", async () => {
  count("14", "unit|watch|redis_commands", 5);
  count("14", "unit|jobs|redis_commands", 2);
  count("12", "unit|watch|rows_written", 7);
  count("11", "unit|watch|rows_written", 9);
  const { series } = await overview("?hours=3");
  expect(series.map(({ hour }) => hour.slice(-2))).toEqual(["12", "13", "14"]);
  expect(series.map(({ units }) => units)).toEqual([
    { rows_written: { watch: 7 } },
    {},
    { redis_commands: { watch: 5, jobs: 2 } },
  ]);
  expect(series[2]?.start_ms).toBe(Date.parse("2026-11-21T14:00:00Z"));
});

test("takes from 2 hours to 192", async () => {
  expect((await overview("?hours=192")).series).toHaveLength(192);
  for (const query of ["?hours=193", "?hours=1", "?hours=x"])
    expect((await ask(query)).status).toBe(400);
});

test("without Redis says that it is not metered, and how the parts do", async () => {
  cloud.redis = "down";
  expect(await overview()).toMatchObject({
    metered: false,
    series: [],
    rooms: [],
    health: { status: "not_ready", checks: { redis: { status: "down" } } },
  });
});
