import { Redis } from "ioredis";
import { Client } from "pg";
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { BaselineServer } from "../../bench/servers/baseline.ts";
import { hasStores, type Stores, startStores } from "../../bench/servers/stores.ts";
import { batchAnswerSchema } from "../../protocol/analytics/batch.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";
import { problemSchema } from "../../protocol/problem.ts";
import { createdWatchRoomSchema, joinedWatchRoomSchema } from "../../protocol/watch/rest.ts";

const deadline = { timeout: 20_000 };
const uuid = (age_ms = 0) =>
  makeUuid7(Date.now() - age_ms, crypto.getRandomValues(new Uint8Array(10)));

describe.runIf(hasStores)("the old design as a service", () => {
  let parts: Stores | undefined;
  let server: BaselineServer | undefined;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    parts = await startStores();
    server = await BaselineServer.start(parts);
  });

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.disconnect();
  });

  afterAll(async () => {
    await server?.stop();
    await parts?.stop();
  });

  const post = (path: string, body: unknown, key?: string, to = server) =>
    fetch(new URL(path, to?.url), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
    });
  const read = async (path: string) =>
    (await (await fetch(new URL(path, server?.url))).json()) as Record<string, unknown>;

  const query = async (text: string, values: readonly unknown[]) => {
    const client = new Client(parts?.databaseUrl);
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };

  const game = async () => {
    const response = await post("/v1/analytics/games", { name: "A game" });
    return (await response.json()) as { id: string; key: string };
  };

  const writers = async () => {
    const { batchWriters } = await read("/api/metrics");
    return batchWriters as Record<string, Record<string, number>>;
  };

  test("a room is made and entered over HTTP, ticks every second while it plays, and stands in Redis for a day", async () => {
    const made = createdWatchRoomSchema.parse(
      await (await post("/v1/watch/rooms", { title: "Film night" })).json(),
    );
    expect(made.room.maxParticipants).toBe(10);
    const path = `/v1/watch/rooms/${made.room.id}/join`;
    const joined = joinedWatchRoomSchema.parse(
      await (await post(path, { name: "Ann", seat: made.seat })).json(),
    );
    expect(joined.role).toBe("host");
    const auth = { room: made.room.id, token: joined.token };
    const socket = io(new URL(joined.socketPath, server?.url).href, {
      transports: ["websocket"],
      auth,
    });
    sockets.push(socket);
    const ticks: { position_ms: number }[] = [];
    socket.on("sync", (tick: { position_ms: number }) => ticks.push(tick));
    socket.once("down", () => socket.emit("up", { type: "play", seq: 0, position_ms: 1_000 }));
    await expect.poll(() => ticks.length, deadline).toBeGreaterThanOrEqual(2);
    expect(ticks[1]?.position_ms).toBeGreaterThan(ticks[0]?.position_ms ?? 0);
    const redis = new Redis(parts?.redisUrl ?? "");
    try {
      expect(await redis.ttl(`room:${made.room.id}`)).toBeGreaterThan(86_000);
      expect(await redis.smembers(`room:${made.room.id}:participants`)).toEqual([joined.memberId]);
      expect(JSON.parse((await redis.get(`room:${made.room.id}`)) ?? "")).toMatchObject({
        anchor: { playing: true, seq: 1 },
      });
    } finally {
      redis.disconnect();
    }
  });

  test("what the documents do not have is refused, not passed over", async () => {
    const secret = await post("/v1/watch/rooms", { title: "Secret", password: "hunter22" });
    expect(problemSchema.parse(await secret.json())).toMatchObject({ status: 400 });
    const gone = await post("/v1/watch/rooms/no-such-room/join", { name: "Ann" });
    expect(problemSchema.parse(await gone.json())).toMatchObject({ code: "room_not_found" });
    const unread = await fetch(new URL("/v1/watch/rooms", server?.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(problemSchema.parse(await unread.json())).toMatchObject({ code: "invalid_json" });
  });

  test("events, revenue and signs of life are written in batches, each once", async () => {
    const { id, key } = await game();
    const session = uuid(2_000);
    const events = [
      ...Array.from({ length: 120 }, (_, n) => ({
        uuid: uuid(n),
        player: `p-${n % 7}`,
        kind: "event",
        name: "shot",
        props: { n },
      })),
      { uuid: uuid(), player: "p-1", session, kind: "session_start" },
      { uuid: uuid(), player: "p-1", session, kind: "heartbeat" },
      {
        uuid: uuid(),
        player: "p-1",
        kind: "revenue",
        store: "play",
        transactionId: "t-1",
        amount_minor: 499,
        currency: "USD",
      },
      { uuid: uuid(), player: "p-1", kind: "event", name: "bad", props: { text: "\0" } },
      { kind: "event" },
    ];
    const answers = [];
    for (let time = 0; time < 2; time += 1) {
      const response = await post("/v1/analytics/batch", { events }, key);
      answers.push(batchAnswerSchema.parse(await response.json()));
    }
    const statuses = answers[0]?.results.map(({ status }) => status);
    expect(statuses?.filter((status) => status === "ok")).toHaveLength(123);
    expect(answers[0]?.results.slice(-2)).toMatchObject([
      { reason: "text" },
      { reason: "invalid" },
    ]);
    const counts = async () => {
      const tables = ["baseline_event", "baseline_revenue", "baseline_play_session"];
      const found = tables.map((table) =>
        query(`select count(*)::int as count from ${table} where game_id = $1`, [id]),
      );
      return (await Promise.all(found)).map(([row]) => row?.count);
    };
    await expect.poll(counts, deadline).toEqual([120, 1, 1]);
    expect((await post("/v1/analytics/batch", { events }, "offw_nobody")).status).toBe(401);
  });

  test("a buffer that is full drops, and says so in the metrics alone", async () => {
    const { key } = await game();
    const before = await writers();
    const many = () =>
      Array.from({ length: 500 }, (_, n) => ({
        uuid: uuid(n),
        player: "p",
        kind: "event",
        name: "e",
      }));
    const blocker = new Client(parts?.databaseUrl);
    await blocker.connect();
    await blocker.query("begin; lock table baseline_event in access exclusive mode");
    try {
      for (let time = 0; time < 3; time += 1) {
        const response = await post("/v1/analytics/batch", { events: many() }, key);
        const { results } = batchAnswerSchema.parse(await response.json());
        expect(results.every(({ status }) => status === "ok")).toBe(true);
      }
      const { events } = await writers();
      expect(events?.bufferSize).toBe(1_000);
      // A hundred are on their way, a thousand wait: the rest of 1,500 is gone.
      expect((events?.totalDropped ?? 0) - (before.events?.totalDropped ?? 0)).toBe(400);
    } finally {
      await blocker.query("rollback");
      await blocker.end();
    }
    await expect.poll(async () => (await writers()).events?.bufferSize, deadline).toBe(0);
  });

  test("a goodbye writes what waits; the next start counts the levels", async () => {
    if (parts === undefined) throw new Error("nothing runs");
    const { key } = await game();
    const leaving = await BaselineServer.start(parts, {}, "start:512mb");
    const level = (status: string, player: string) => ({
      uuid: uuid(),
      player,
      kind: "level",
      level: "one",
      status,
      duration_ms: 1_000,
    });
    const events = [level("start", "a"), level("complete", "a"), level("start", "b")];
    await (await post("/v1/analytics/batch", { events }, key, leaving)).json();
    expect(await leaving.stop()).toBe(0);
    const next = await BaselineServer.start(parts, {}, "start:256mb");
    try {
      const levels = async () => {
        const headers = { authorization: `Bearer ${key}` };
        const answer = await fetch(new URL("/v1/analytics/levels", next.url), { headers });
        return ((await answer.json()) as { levels: unknown[] }).levels;
      };
      const counted = { level: "one", starts: 2, completes: 1, fails: 0, quits: 0, players: 2 };
      await expect.poll(levels, deadline).toMatchObject([counted]);
    } finally {
      await next.stop();
    }
  });

  test("health, statistics and metrics have the documents' shapes", async () => {
    const health = await read("/health");
    expect(health).toMatchObject({
      status: "ok",
      memory: {
        heapUsed: expect.stringMatching(/^[\d.]+ MB$/),
        usage: expect.stringMatching(/%$/),
      },
      connections: {
        limit: 1_200,
        avgPerUser: expect.any(String),
        utilization: expect.any(String),
      },
      cache: { users: { maxSize: 200 }, sessions: { maxSize: 300 } },
      scalability: { currentCapacity: expect.any(String) },
      metrics: { memory: { limit: expect.any(Number) }, rooms: {}, uptime: expect.any(Number) },
      checks: { redis: { status: "healthy", latency: expect.any(Number) } },
    });
    const { memory } = health.metrics as { memory: { limit: number } };
    expect(memory.limit).toBeGreaterThanOrEqual(920);
    expect(await read("/stats")).toMatchObject({
      rooms: { total: expect.any(Number) },
      websocket: { connections: expect.any(Number), messagesPerSecond: expect.any(Number) },
    });
    expect(await read("/api/metrics")).toMatchObject({
      memory: { rss: expect.stringMatching(/^\d+MB$/) },
      dbConnections: [{ count: expect.any(Number) }],
      batchWriters: { events: {}, revenue: {}, heartbeats: {} },
    });
  });

  test("an answer above 1 KB is compressed, a smaller one is not", async () => {
    const small = await fetch(new URL("/stats", server?.url));
    expect(small.headers.get("content-encoding")).toBeNull();
    await small.json();
    const { key } = await game();
    const events = Array.from({ length: 50 }, () => ({ kind: "nothing" }));
    for (const encoding of ["gzip", "br"]) {
      const large = await fetch(new URL("/v1/analytics/batch", server?.url), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "accept-encoding": encoding,
          authorization: `Bearer ${key}`,
        },
        body: JSON.stringify({ events }),
      });
      expect(large.headers.get("content-encoding")).toBe(encoding);
      expect(batchAnswerSchema.parse(await large.json()).results).toHaveLength(50);
    }
  });

  test("an address that asks too often is told when to come back", async () => {
    if (parts === undefined) throw new Error("nothing runs");
    const strict = await BaselineServer.start(parts, { RATE_LIMIT_MAX_REQUESTS: "2" });
    try {
      const statuses = [];
      for (let time = 0; time < 3; time += 1)
        statuses.push((await post("/v1/watch/rooms", { title: "A" }, undefined, strict)).status);
      expect(statuses).toEqual([201, 201, 429]);
    } finally {
      await strict.stop();
    }
  });
});
