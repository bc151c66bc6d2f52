import { Redis as DirectRedis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Stack, startStack } from "../../local/stack.ts";
import { hourKey, hourOf } from "../../platform/meter/keys.ts";
import { cacheHits, type MeterReading, readMeter } from "../../platform/meter/reading.ts";
import type { MeterModule, MeterUnit } from "../../platform/meter/units.ts";
import { healthSchema, memorySchema, statsSchema } from "../../protocol/monitors.ts";
import { readySchema } from "../../protocol/ops.ts";
import { overviewSchema } from "../../protocol/overview.ts";
import { RoomSocket } from "../conformance/room-socket.ts";
import { dataFolder, until } from "../stack/processes.ts";

const metricsToken = "the-scraper-of-this-test";
const opsToken = "the-operator-of-this-test";
/** A flush comes ten seconds after the request that counted first, and a test may wait for two. */
const story_ms_max = 60_000;

let stack: Stack;
let redis: DirectRedis;
let removeFolder: () => Promise<void>;

beforeAll(async () => {
  const folder = await dataFolder();
  removeFolder = folder.remove;
  stack = await startStack({
    folder: folder.path,
    ports: { site: 0, redis: 0, postgres: 0 },
    settings: { METRICS_TOKEN: metricsToken, OPS_TOKEN: opsToken },
  });
  redis = new DirectRedis(stack.redis.redisUrl);
}, 120_000);

afterAll(async () => {
  redis.disconnect();
  await stack.stop();
  await removeFolder();
});

const get = (path: string, token?: string) =>
  fetch(`${stack.url}${path}`, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
const post = async (path: string, body: unknown): Promise<unknown> => {
  const response = await fetch(`${stack.url}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return await response.json();
};
/** All that Redis holds, of this hour and the one that may just have ended. */
const counted = async (): Promise<MeterReading> => {
  const hours = [hourOf(Date.now() - 3_600_000), hourOf(Date.now())];
  return readMeter(...(await Promise.all(hours.map((hour) => redis.hgetall(hourKey(hour))))));
};
const amountIn = ({ units }: MeterReading, module: MeterModule, unit: MeterUnit) =>
  units.get(module)?.get(unit) ?? 0;
/** Waits for a count to get as far as it should, and then says how far it got. */
const amountReaching = async (module: MeterModule, unit: MeterUnit, wanted: number) => {
  let amount = 0;
  await until(`${module} ${unit} to reach ${wanted}`, async () => {
    amount = amountIn(await counted(), module, unit);
    return amount >= wanted;
  });
  return amount;
};

/** Somebody in a room, over the whole way: the API's token, the gate, the room. */
async function enter(roomId: string): Promise<RoomSocket> {
  const { token } = (await post(`/v1/watch/rooms/${roomId}/join`, { name: "Zoë" })) as {
    token: string;
  };
  const url = `${stack.url.replace("http", "ws")}/parties/watch/${roomId}?token=${token}`;
  const socket = new RoomSocket(new WebSocket(url));
  await socket.next("welcome");
  return socket;
}

// The first to run: until now nobody has asked anything but the stack itself, whether it is up.
test("commands are counted as Redis itself counts them", { timeout: story_ms_max }, async () => {
  for (let scrapes = 0; scrapes < 20; scrapes += 1)
    expect((await get("/metrics", metricsToken)).status).toBe(200);
  const calls = async () => {
    const info = await redis.info("commandstats");
    const byScrapes = ["hgetall", "zcount", "get", "hset", "set", "zremrangebyscore"].map((name) =>
      Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, "m").exec(info)?.[1] ?? 0),
    );
    return byScrapes.reduce((sum, count) => sum + count, 0);
  };
  // Hours that are over were summed up once, with an EXPIRE among the commands of flushes.
  const made = (await calls()) + 1;
  let written = 0;
  await until(`${made} commands to be written down`, async () => {
    const hours = [hourOf(Date.now() - 3_600_000), hourOf(Date.now())];
    const field = "unit|ops|redis_commands";
    const amounts = await Promise.all(hours.map((hour) => redis.hget(hourKey(hour), field)));
    written = amounts.reduce((sum, amount) => sum + Number(amount ?? 0), 0);
    return written >= made;
  });
  expect(written).toBe(made);
  expect(made).toBeGreaterThan(20 * 6);
});

describe("a visit to a watch room, counted on the real stack", () => {
  test("is on the bill of `watch` as it happened, once the room is empty", {
    timeout: story_ms_max,
  }, async () => {
    const before = await counted();
    const { room } = (await post("/v1/watch/rooms", { title: "Counted" })) as {
      room: { id: string };
    };
    const anna = await enter(room.id);
    const bert = await enter(room.id);
    for (let probes = 0; probes < 3; probes += 1) {
      anna.send({ type: "clock", client_ms: probes });
      await anna.next("clock");
    }
    anna.close();
    await anna.whenClosed();
    bert.close();
    await bert.whenClosed();
    // Three of the API and two sockets.
    expect(await amountReaching("watch", "worker_requests", 5)).toBe(5);
    // The room writes its own counts down, when it finds itself empty.
    expect(await amountReaching("watch", "socket_messages_in", 3)).toBe(3);
    const reading = await counted();
    // The room that `/ready` asks is a watch room, too.
    const wakesBefore = amountIn(before, "watch", "room_wakes");
    expect(amountIn(reading, "watch", "room_wakes") - wakesBefore).toBe(1);
    expect(amountIn(reading, "watch", "room_requests")).toBe(2);
    expect(amountIn(reading, "watch", "sockets_opened")).toBe(2);
    // A welcome for each, the news of the second and of the leaving, and three clocks.
    expect(amountIn(reading, "watch", "socket_messages_out")).toBeGreaterThanOrEqual(6);
    // Both joins read the room through its cache; whatever is no fresh hit asks Postgres. So is
    // noted that the room is in use, by whoever does not find that noted yet: the first, and the
    // second from its fresh copy.
    const directory = reading.caches.get("roomDirectory");
    const fresh = directory?.get("hit") ?? 0;
    expect(cacheHits(directory).reads).toBe(2);
    expect(amountIn(reading, "watch", "sql_round_trips")).toBe(1 + (2 - fresh) + (1 + fresh));
    expect(amountIn(reading, "watch", "bytes_out")).toBeGreaterThan(1_000);
    expect(amountIn(reading, "watch", "room_awake_ms")).toBeGreaterThan(0);
    expect(reading.routes.map(({ route }) => route)).toContain("POST /v1/watch/rooms/:id/join");
    const gauges = async () => [
      Number(await redis.hget("meter:sockets:dev", "watch")),
      Number(await redis.zcount("meter:rooms:dev:watch", 1, "+inf")),
    ];
    expect(await gauges()).toEqual([0, 0]);
  });

  test("shows as an open room with its sockets while it lasts", {
    timeout: story_ms_max,
  }, async () => {
    const { room } = (await post("/v1/watch/rooms", { title: "Open" })) as {
      room: { id: string };
    };
    const people = [await enter(room.id), await enter(room.id), await enter(room.id)];
    await until("the room to be known", async () => {
      return Number(await redis.hget("meter:sockets:dev", "watch")) === 3;
    });
    const body = overviewSchema.parse(await (await get("/v1/ops/overview", opsToken)).json());
    const shown = body.rooms.find(({ party }) => party === "watch");
    expect(shown).toMatchObject({ open: 1, sockets: 3 });
    expect(shown?.sockets_max).toBeGreaterThan(3);
    for (const person of people) {
      person.close();
      await person.whenClosed();
    }
    await until("the room to be empty", async () => {
      return Number(await redis.zcount("meter:rooms:dev:watch", 1, "+inf")) === 0;
    });
  });
});

describe("what monitors ask, on the real stack", () => {
  test("`/ready` finds everything, and answers from the last check then", async () => {
    const first = await get("/ready");
    expect(first.status).toBe(200);
    const body = readySchema.parse(await first.json());
    expect(body.status).toBe("ready");
    expect(body.jobs).not.toBeNull();
    const second = readySchema.parse(await (await get("/ready")).json());
    expect(second.fromCache).toBe(true);
    expect(second.checkedAt).toBe(
      body.fromCache ? body.checkedAt : readySchema.parse(body).checkedAt,
    );
  });

  test("the old monitors' addresses reach the Worker and answer in the old shapes", async () => {
    healthSchema.parse(await (await get("/health")).json());
    statsSchema.parse(await (await get("/stats")).json());
    const memory = memorySchema.parse(await (await get("/memory")).json());
    expect(memory.rooms.each_bytes_max.watch).toBeGreaterThan(10_000);
    expect(((await (await get("/api/metrics")).json()) as { uptime: string }).uptime).toMatch(
      /^\d+ minutes$/,
    );
  });

  test("`/metrics` is closed without its token, and full with it", async () => {
    expect((await get("/metrics")).status).toBe(401);
    expect((await get("/metrics", opsToken)).status).toBe(401);
    const text = await (await get("/metrics", metricsToken)).text();
    expect(text).toMatch(/^offrail_room_wakes_total\{module="watch"\} \d+$/m);
    expect(text).toMatch(/^offrail_up\{part="postgres"\} 1$/m);
    expect(text).toMatch(/^offrail_jobs\{status="dead"\} 0$/m);
  });
});
