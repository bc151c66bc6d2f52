import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LobbyState, matchTimeBounds_ms } from "../../protocol/match/requests.ts";
import { matchHealthSchema } from "../../protocol/match/rest-health.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";
import { type AskedRoom, healthOf } from "./health.ts";

const state = (more: Partial<LobbyState> = {}): LobbyState => ({
  users: 0,
  connections: 0,
  capacity: 100,
  utilisation: 0,
  statuses: { online: 0, waiting: 0, in_call: 0, away: 0 },
  queueDepth: 0,
  oldestWait_ms: 0,
  pairing: 0,
  tickets: { matched: 0, cancelled: 0, timed_out: 0 },
  matchTimes: Array<number>(matchTimeBounds_ms.length + 1).fill(0),
  server_ms: 1,
  ...more,
});
const room = (more: Partial<LobbyState>, rest: Partial<AskedRoom> = {}): AskedRoom => ({
  region: "eu",
  onlyQueue: false,
  state: state(more),
  ...rest,
});
const times = (counts: Readonly<Record<number, number>>) =>
  state().matchTimes.map((_, at) => counts[at] ?? 0);

describe("the figures of all lobbies together", () => {
  const of = (rooms: readonly AskedRoom[]) =>
    healthOf({ rooms, now_ms: 5, shards: 1, limit: 200, lobby_bytes_max: null, caches: undefined });

  test("are sums, and the longest wait", () => {
    const health = of([
      room({ users: 3, connections: 4, queueDepth: 1, oldestWait_ms: 70 }),
      room({ users: 1, connections: 1, queueDepth: 2, oldestWait_ms: 90 }, { region: "na" }),
    ]);
    expect(health).toMatchObject({
      status: "ok",
      lobbies: { asked: 2, answered: 2 },
      connections: { users: 4, total: 5, avgPerUser: 1.25, limit: 200, utilization: 0.025 },
      queue: { depth: 3, oldestWait_ms: 90 },
      capacity: { free: 195 },
      cache: null,
    });
    expect(health.regions.find(({ region }) => region === "na")).toEqual({
      region: "na",
      users: 1,
      connections: 1,
      waiting: 2,
    });
  });

  test("count people of a queue beside lobbies once", () => {
    const health = of([
      room({ users: 2, connections: 2 }),
      room({ users: 2, connections: 2, queueDepth: 2 }, { onlyQueue: true }),
    ]);
    expect(health.connections).toMatchObject({ users: 2, total: 2 });
    expect(health.queue.depth).toBe(2);
  });

  test("tell how long matches took, by the class that the share lies in", () => {
    const health = of([
      room({ matchTimes: times({ 0: 90 }) }),
      room({ matchTimes: times({ 2: 6, 5: 4 }) }),
    ]);
    expect(health.matchTimes).toMatchObject({
      p50_ms: matchTimeBounds_ms[0],
      p95_ms: matchTimeBounds_ms[2],
    });
    expect(of([room({})]).matchTimes).toMatchObject({ p50_ms: null, p95_ms: null });
    const beyond = of([room({ matchTimes: times({ [matchTimeBounds_ms.length]: 1 }) })]);
    expect(beyond.matchTimes.p95_ms).toBeNull();
  });

  test("are without a lobby that does not answer, and say so", () => {
    const silent = { region: "sa", onlyQueue: false, state: undefined } as const;
    const health = of([room({ users: 1, connections: 1 }), silent]);
    expect(health).toMatchObject({ status: "degraded", lobbies: { asked: 2, answered: 1 } });
    expect(of([]).connections.utilization).toBe(0);
  });

  test("have hit rates when Redis knows them", () => {
    const caches = new Map([
      [
        "user",
        new Map([
          ["hit", 18],
          ["stale", 1],
          ["miss", 1],
        ]),
      ],
    ]);
    const facts = { rooms: [], now_ms: 5, shards: 1, limit: 1, lobby_bytes_max: 7 };
    expect(healthOf({ ...facts, caches })).toMatchObject({
      cache: {
        users: { hits: 19, misses: 1, hitRate: 0.95 },
        sessions: { hits: 0, misses: 0, hitRate: null },
      },
      capacity: { lobby_bytes_max: 7 },
    });
  });
});

describe("GET /v1/match/health", () => {
  let cloud: FakeCloud;
  beforeEach(() => {
    cloud = new FakeCloud();
  });
  afterEach(() => cloud.stop());
  const read = async () =>
    matchHealthSchema.parse(await (await cloud.request("/v1/match/health")).json());

  test("asks every lobby once, however many monitors ask, until half a minute is over", async () => {
    cloud.room = () => Response.json(state({ users: 2, connections: 3 }));
    const health = await read();
    expect(health).toMatchObject({ status: "ok", connections: { users: 12, limit: 7_200 } });
    expect(cloud.roomRequests).toHaveLength(6);
    await expect
      .poll(() => cloud.store.text("cache:lobbyState:1:match"), { timeout: 20_000 })
      .toBeDefined();
    await Promise.all([read(), read(), read()]);
    expect(cloud.roomRequests).toHaveLength(6);
    cloud.now_ms += 70_000;
    await read();
    expect(cloud.roomRequests).toHaveLength(12);
  });

  test("wakes no database, and answers with Redis down", async () => {
    cloud.room = () => Response.json(state());
    cloud.postgres = "down";
    cloud.redis = "down";
    expect(await read()).toMatchObject({ status: "ok", cache: null });
    expect(cloud.database.queries).toBe(0);
  });

  test("tells of lobbies that fail or talk nonsense", async () => {
    cloud.room = (request) =>
      request.url.endsWith("/eu-0") ? Response.json(state()) : Response.json({ users: -1 });
    expect(await read()).toMatchObject({ status: "degraded", lobbies: { asked: 6, answered: 1 } });
  });

  test("with more shards asks each, and the queues beside them", async () => {
    cloud.stop();
    cloud = new FakeCloud({ MATCH_SHARDS: "3", MATCH_CAPACITY: "900" });
    cloud.room = () => Response.json(state({ connections: 1 }));
    expect(await read()).toMatchObject({
      lobbies: { asked: 24 },
      connections: { total: 18, limit: 5_400 },
    });
  });
});
