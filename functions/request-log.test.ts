import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Personal } from "../platform/redact/personal.ts";
import { Secret } from "../platform/redact/secret.ts";
import { createApi } from "./api.ts";
import { createModule } from "./app.ts";
import { errorFields, log } from "./log.ts";
import { metered } from "./middleware/meter.ts";
import { FakeCloud } from "./testing/fake-cloud.ts";

let cloud: FakeCloud;
let lines: string[];
beforeEach(() => {
  lines = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void lines.push(words.join(" ")));
});
afterEach(() => {
  cloud.stop();
  vi.restoreAllMocks();
});

const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe("with LOG_LEVEL=info", () => {
  beforeEach(() => {
    cloud = new FakeCloud({ LOG_LEVEL: "info" });
  });

  test("each request is one line of JSON: id, route, status, time and units", async () => {
    const response = await cloud.request("/v1/watch/rooms/room-1234");
    expect(parsed()).toEqual([
      {
        level: "info",
        message: "request",
        requestId: response.headers.get("X-Request-Id"),
        route: "GET /v1/watch/rooms/:id",
        status: 404,
        duration_ms: 0,
        units: {
          worker_requests: 1,
          redis_commands: 8,
          sql_round_trips: 1,
          bytes_out: Number((await response.arrayBuffer()).byteLength),
        },
      },
    ]);
  });

  test("a failure is told in the request's own line", async () => {
    cloud.database.failure = "57P01";
    await cloud.request("/v1/watch/rooms/room-1234");
    expect(parsed()).toEqual([
      expect.objectContaining({
        level: "warn",
        status: 503,
        code: "unavailable",
        sqlState: "57P01",
      }),
    ]);
  });

  test("an address nobody knows is not repeated", async () => {
    await cloud.request("/v1/watch/rooms/room-1234/somebodys-secret-path?q=1");
    expect(parsed()).toMatchObject([{ route: "none", status: 404 }]);
    expect(lines.join()).not.toContain("somebody");
  });

  test("an account is a hash, the same for the same one, and not for another", async () => {
    const hashOf = async (id: string) => {
      lines = [];
      const app = createModule();
      app.use(async (c, next) => {
        c.set("services", cloud.services);
        await next();
      });
      app.use(metered);
      app.get("/v1/me", (c) => {
        c.set("account", new Personal(id));
        return c.text("hello");
      });
      await app.request("/v1/me", {}, cloud.bindings);
      expect(lines.join()).not.toContain(id);
      return parsed()[0]?.user;
    };
    expect(await hashOf("user-anna")).toMatch(/^[\w-]{12}$/);
    expect(await hashOf("user-anna")).toBe(await hashOf("user-anna"));
    expect(await hashOf("user-anna")).not.toBe(await hashOf("user-bert"));
  });
});

describe("with LOG_LEVEL=warn, as in production", () => {
  beforeEach(() => {
    cloud = new FakeCloud({ LOG_LEVEL: "warn" });
  });

  test("a good request, and one that the caller got wrong, write nothing", async () => {
    await cloud.request("/v1/time");
    await cloud.request("/v1/nothing");
    expect(lines).toEqual([]);
  });

  test("a slow one writes a line", async () => {
    cloud.room = () => {
      cloud.now_ms += 1_000;
      return Response.json({ ok: true });
    };
    await cloud.request("/ready");
    expect(parsed()).toMatchObject([{ level: "warn", status: 200, duration_ms: 1_000 }]);
  });

  test("one that failed writes a line", async () => {
    cloud.database.failure = "57P01";
    await cloud.request("/v1/watch/rooms/room-1234");
    expect(parsed()).toMatchObject([{ level: "warn", status: 503 }]);
  });
});

test("secrets and personal data are redacted by their type, wherever they are put", () => {
  cloud = new FakeCloud();
  const secret = new Secret("planted-password");
  const name = new Personal("planted-name");
  log("error", "told", { secret, name }, "debug");
  log("error", `${secret} ${name}`, {}, "debug");
  log("error", "told", errorFields(new TypeError(`bad ${secret} of ${name}`)), "debug");
  expect(lines).toHaveLength(3);
  expect(lines.join()).not.toContain("planted");
  expect(lines[0]).toBe(
    '{"level":"error","message":"told","secret":"[secret]","name":"[personal]"}',
  );
});

describe("secrets planted wherever one can come in", () => {
  const planted = "planted7secret";
  const settings = {
    LOG_LEVEL: "debug",
    UPSTASH_REDIS_REST_TOKEN: `${planted}-redis`,
    DATABASE_URL: `postgres://user:${planted}-database@neon.test/offrail`,
    ROOM_TOKEN_KEYS: `k1:${planted}-keys-of-at-least-32-characters`,
    OPS_TOKEN: `${planted}-operator`,
    METRICS_TOKEN: `${planted}-scraper`,
  };
  const headers = {
    Authorization: `Bearer ${planted}-bearer`,
    Cookie: `session=${planted}-cookie`,
    "X-Api-Key": `${planted}-key`,
    "CF-Connecting-IP": "203.0.113.77",
    "User-Agent": `${planted}-agent`,
  };
  const paths = [
    "/v1/time",
    `/v1/${planted}-path`,
    `/v1/watch/rooms/${planted}-room?token=${planted}-query`,
    `/parties/watch/${planted}-room?token=${planted}-token`,
    "/metrics",
    "/ready",
    "/health",
    "/v1/ops/overview",
  ];

  const refused = (request: Request): never => {
    throw new Error(`${planted} in the body of ${request.url}`);
  };
  const stack = () => new Response(`${planted}-stack`, { status: 500 });
  const troubles: Readonly<Record<string, () => unknown>> = {
    "all is well": () => undefined,
    "Redis is down": () => Object.assign(cloud, { redis: "down" }),
    "Postgres is down": () => Object.assign(cloud, { postgres: "down" }),
    "Postgres refuses": () => Object.assign(cloud.database, { failure: "23505" }),
    "rooms throw": () => Object.assign(cloud, { room: refused }),
    "rooms answer with a stack": () => Object.assign(cloud, { room: stack }),
  };

  test.each(Object.entries(troubles))(
    "are in no line of the log at any level when %s",
    async (_how, arrange) => {
      cloud = new FakeCloud(settings);
      arrange();
      for (const path of paths) {
        await cloud.request(path, { headers });
        await cloud.request(path, { headers: { ...headers, Upgrade: "websocket" } });
        const body = {
          title: `${planted}-title`,
          name: `${planted}-name`,
          seat: `${planted}-seat`,
        };
        await cloud.request(path, { headers, method: "POST", json: body });
      }
      await cloud.request("/v1/watch/rooms", {
        headers,
        method: "POST",
        json: { title: `${planted}-title` },
      });
      expect(lines.length).toBeGreaterThan(paths.length);
      const told = lines.filter((line) => line.includes(planted) || line.includes("203.0.113"));
      expect(told).toEqual([]);
    },
  );

  test("are in no line when the configuration itself is wrong", async () => {
    cloud = new FakeCloud(settings);
    const wrong = { ...cloud.bindings, DATABASE_URL: `mysql://user:${planted}@host/db` };
    await createApi().request("/v1/time", { headers }, wrong);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain(planted);
  });
});
