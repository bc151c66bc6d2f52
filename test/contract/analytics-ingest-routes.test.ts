import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Part } from "../../local/process/part.ts";
import { type RedisInfo, startRedis } from "../../local/redis/start.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import { batchAnswerSchema } from "../../protocol/analytics/batch.ts";
import { bufferMetricsSchema } from "../../protocol/analytics/buffer-metrics.ts";
import { eventRulesSchema } from "../../protocol/analytics/event-schema.ts";
import { type Game, gameSchema, gamesSchema } from "../../protocol/analytics/game.ts";
import { createdGameKeySchema, gameKeysSchema } from "../../protocol/analytics/key.ts";
import { openedTailSchema, tailDownSchema } from "../../protocol/analytics/tail.ts";
import { doneSchema } from "../../protocol/identity/account.ts";
import { AnalyticsWorld } from "../fault/analytics-world.ts";
import { uuidAt } from "./analytics-ingest-rows.ts";
import { refusal, Visitor } from "./identity-visitor.ts";
import { GatewayUnderTest } from "./neon-engines.ts";

const random = seededRandom(Date.now() % 1_000_000);
const wait = { timeout: 30_000, interval: 100 };

describe("a studio keeps its games", () => {
  const gateway = new GatewayUnderTest("PGlite");
  let redis: Part<RedisInfo>;
  let world: AnalyticsWorld;
  let folder: string;
  let visitors = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "offrail-analytics-routes-"));
    await gateway.start();
    redis = await startRedis({ folder, port: 0, token: "redis token of the tests" });
    world = await AnalyticsWorld.start(gateway.info, {
      UPSTASH_REDIS_REST_URL: redis.info.restUrl,
      UPSTASH_REDIS_REST_TOKEN: redis.info.token,
      PUBLIC_URL: "http://localhost:8787",
      MAIL_URL: "kept",
    });
  }, 180_000);
  afterAll(async () => {
    await world?.stop();
    await redis?.stop();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function somebody(): Promise<Visitor> {
    visitors += 1;
    const visitor = new Visitor(`2001:db8:${visitors}::1`, (path, init) =>
      fetch(`${world.url}${path}`, init),
    );
    await visitor.signUp();
    return visitor;
  }

  async function gameOf(visitor: Visitor, settings: object = { flushEvery_s: 1 }): Promise<Game> {
    return await visitor.post("/v1/analytics/games", { name: "Tower", settings }, gameSchema);
  }

  async function keyOf(visitor: Visitor, game: Game, more: object = {}) {
    const path = `/v1/analytics/games/${game.id}/keys`;
    return await visitor.post(path, { name: "key", kind: "write", ...more }, createdGameKeySchema);
  }

  const jump = () => ({
    uuid: uuidAt(random, Date.now()),
    kind: "event",
    player: "ada",
    name: "jump",
  });

  function send(key: string, events: readonly object[]): Promise<Response> {
    const headers = { Authorization: `Bearer ${key}` };
    const body = JSON.stringify({ events });
    return fetch(`${world.url}/v1/analytics/batch`, { method: "POST", headers, body });
  }

  test("a game made a moment ago takes events by a key made a moment ago; a revoked key opens nothing at once", async () => {
    const ada = await somebody();
    const game = await gameOf(ada, { flushEvery_s: 3_600 });
    expect(game).toMatchObject({ role: "owner", organizationId: null, retention_days: 90 });
    const first = await keyOf(ada, game);
    expect((await send(first.key, [jump()])).status).toBe(200);
    const second = await keyOf(ada, game);
    expect((await send(second.key, [jump()])).status).toBe(200);
    await ada.post(`/v1/analytics/games/${game.id}/keys/${first.info.id}/revoke`, {}, doneSchema);
    expect(await refusal(send(first.key, [jump()]))).toEqual({
      status: 401,
      code: "token_invalid",
    });
    expect((await send(second.key, [jump()])).status).toBe(200);
    const { keys } = await ada.get(`/v1/analytics/games/${game.id}/keys`, gameKeysSchema);
    expect(keys.map(({ id, revokedAt }) => [id, revokedAt !== null]).sort()).toEqual(
      [
        [first.info.id, true],
        [second.info.id, false],
      ].sort(),
    );
    expect(JSON.stringify(keys)).not.toContain(second.key);
  });

  test("a stranger learns not even that a game exists; games of an organization follow its roles", async () => {
    const [ada, eve] = [await somebody(), await somebody()];
    const game = await gameOf(ada);
    for (const path of ["", "/keys", "/schemas"])
      expect(
        await refusal(eve.request("GET", `/v1/analytics/games/${game.id}${path}`)),
      ).toMatchObject({
        code: "not_found",
      });
    expect(
      await refusal(eve.request("GET", `/v1/analytics/metrics?gameId=${game.id}`)),
    ).toMatchObject({
      code: "not_found",
    });
    const foreign = { name: "Mine", organizationId: "nobody-at-all" };
    expect((await eve.request("POST", "/v1/analytics/games", foreign)).status).toBe(404);
    const { games } = await ada.get("/v1/analytics/games", gamesSchema);
    expect(games.map(({ id }) => id)).toEqual([game.id]);
    expect((await eve.get("/v1/analytics/games", gamesSchema)).games).toEqual([]);
  });

  test("schemas hold from the next batch on", async () => {
    const ada = await somebody();
    const game = await gameOf(ada);
    const { key } = await keyOf(ada, game);
    expect((await send(key, [jump()])).status).toBe(200);
    const rules = [{ name: "jump", policy: "drop", open: false, fields: {} }];
    await ada.post(`/v1/analytics/games/${game.id}/schemas`, { rules }, eventRulesSchema);
    const answer = await send(key, [{ ...jump(), props: { x: 1 } }, jump()]);
    const { results } = batchAnswerSchema.parse(await answer.json());
    expect(results.map(({ status, reason }) => [status, reason])).toEqual([
      ["drop", "schema"],
      ["ok", undefined],
    ]);
    expect(await ada.get(`/v1/analytics/games/${game.id}/schemas`, eventRulesSchema)).toEqual({
      rules,
    });
  });

  test("metrics say what waits, what was written and what was dropped and why", async () => {
    const ada = await somebody();
    const game = await gameOf(ada, { flushEvery_s: 3_600, shards: 2 });
    const { key } = await keyOf(ada, game);
    await send(key, [jump(), jump(), { uuid: "none" }]);
    const path = `/v1/analytics/metrics?gameId=${game.id}`;
    const metrics = await ada.get(path, bufferMetricsSchema);
    expect(metrics).toMatchObject({
      waiting_events: 2,
      dead_events: 0,
      drops: { invalid: 1 },
      batchWriters: {
        events: { bufferSize: 2, totalProcessed: 2, totalFlushed: 0, totalDropped: 0 },
      },
    });
    expect(metrics.buffers).toHaveLength(3);
    // One of them is not used any more, and may hold some of what waits.
    const settings = { flushEvery_s: 1, shards: 1 };
    await ada.post(`/v1/analytics/games/${game.id}`, { settings }, gameSchema);
    await expect
      .poll(
        async () => (await ada.get(path, bufferMetricsSchema)).batchWriters.events.totalFlushed,
        wait,
      )
      .toBe(2);
    expect((await ada.get(path, bufferMetricsSchema)).buffers).toHaveLength(3);
    const retried = `/v1/analytics/games/${game.id}/dead/retry`;
    expect((await ada.post(retried, {}, bufferMetricsSchema)).buffers).toHaveLength(3);
  });

  test("whoever watches the tail sees events come in", async () => {
    const ada = await somebody();
    const game = await gameOf(ada, { flushEvery_s: 3_600 });
    const { key } = await keyOf(ada, game);
    const opened = await ada.post(`/v1/analytics/games/${game.id}/tail`, {}, openedTailSchema);
    const url = new URL(`${opened.socketPath}?token=${opened.token}`, world.url);
    url.protocol = "ws:";
    const socket = new WebSocket(url);
    const seen: string[] = [];
    socket.addEventListener("message", ({ data }) => {
      const message = tailDownSchema.parse(JSON.parse(String(data)));
      if (message.type === "events") seen.push(...message.events.map(({ uuid }) => uuid));
    });
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    const events = [jump(), jump(), jump()];
    await send(key, events);
    await expect.poll(() => seen, wait).toEqual(events.map(({ uuid }) => uuid));
    socket.close();
  });

  test("a deleted game is gone with all it took in, and its keys open nothing", async () => {
    const ada = await somebody();
    const game = await gameOf(ada);
    const { key } = await keyOf(ada, game);
    await send(key, [jump()]);
    await ada.post(`/v1/analytics/games/${game.id}/delete`, {}, doneSchema);
    expect(await refusal(send(key, [jump()]))).toEqual({ status: 401, code: "token_invalid" });
    expect((await ada.get("/v1/analytics/games", gamesSchema)).games).toEqual([]);
  });

  test("how long raw events are kept changes for days to come, and not again at once", async () => {
    const ada = await somebody();
    const game = await gameOf(ada);
    const path = `/v1/analytics/games/${game.id}`;
    const changed = await ada.post(path, { retention_days: 30 }, gameSchema);
    expect(changed.retention_days).toBe(30);
    expect(await refusal(ada.request("POST", path, { retention_days: 7 }))).toEqual({
      status: 409,
      code: "limit_reached",
    });
    expect((await ada.post(path, { name: "Castle" }, gameSchema)).name).toBe("Castle");
  });
});
