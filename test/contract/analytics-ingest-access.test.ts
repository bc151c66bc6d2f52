import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyTextOf, signatureOf } from "../../functions/analytics/key-text.ts";
import type { Part } from "../../local/process/part.ts";
import { type RedisInfo, startRedis } from "../../local/redis/start.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import { batchAnswerSchema } from "../../protocol/analytics/batch.ts";
import {
  bufferMetricsSchema,
  bufferOverviewSchema,
} from "../../protocol/analytics/buffer-metrics.ts";
import { eventRulesSchema } from "../../protocol/analytics/event-schema.ts";
import { type Game, gameSchema, gamesSchema } from "../../protocol/analytics/game.ts";
import { createdGameKeySchema, signatureHeader } from "../../protocol/analytics/key.ts";
import { openedTailSchema } from "../../protocol/analytics/tail.ts";
import { doneSchema } from "../../protocol/identity/account.ts";
import { organizationOfUserSchema } from "../../protocol/identity/organization.ts";
import { AnalyticsWorld, signer as oldSigner, type WorldGame } from "../fault/analytics-world.ts";
import { keptRollups } from "./analytics-ingest-oracle.ts";
import { uuidAt } from "./analytics-ingest-rows.ts";
import { AnalyticsUnderTest } from "./analytics-read-world.ts";
import { refusal, Visitor } from "./identity-visitor.ts";
import { GatewayUnderTest } from "./neon-engines.ts";

const random = seededRandom(Date.now() % 1_000_000);
const utf8 = new TextEncoder();
/** The house signs with this one now; the world's games have keys of the one before. */
const newSigner = { id: "k2", secret: "the secret that came after that one!" };
const opsToken = "the-operator-of-these-tests";
const wait = { timeout: 30_000, interval: 100 };
const invalid = { status: 401, code: "token_invalid" };

describe("who may do what with a game", () => {
  const gateway = new GatewayUnderTest("PGlite");
  let redis: Part<RedisInfo>;
  let world: AnalyticsWorld;
  let folder: string;
  let visitors = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "offrail-analytics-access-"));
    await gateway.start();
    redis = await startRedis({ folder, port: 0, token: "redis token of the tests" });
    world = await AnalyticsWorld.start(gateway.info, {
      UPSTASH_REDIS_REST_URL: redis.info.restUrl,
      UPSTASH_REDIS_REST_TOKEN: redis.info.token,
      PUBLIC_URL: "http://localhost:8787",
      MAIL_URL: "kept",
      OPS_TOKEN: opsToken,
      ROOM_TOKEN_KEYS: `${newSigner.id}:${newSigner.secret}`,
    });
  }, 180_000);
  afterAll(async () => {
    await world?.stop();
    await redis?.stop();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function somebody() {
    visitors += 1;
    const visitor = new Visitor(`2001:db8:${visitors}::1`, (path, init) =>
      fetch(`${world.url}${path}`, init),
    );
    return { visitor, user: await visitor.signUp() };
  }

  const jump = () => ({
    uuid: uuidAt(random, Date.now()),
    kind: "event",
    player: "ada",
    name: "jump",
  });

  const refused = (visitor: Visitor, method: "GET" | "POST", path: string, json?: object) =>
    refusal(visitor.request(method, path, method === "GET" ? undefined : (json ?? {})));

  describe("in an organization", () => {
    let owner: Visitor;
    let admin: Visitor;
    let member: Visitor;
    let stranger: Visitor;
    let game: Game;
    let its: string;

    beforeAll(async () => {
      owner = (await somebody()).visitor;
      const studio = await owner.post(
        "/v1/organizations",
        { name: "Studio", slug: `studio-${crypto.randomUUID()}`.slice(0, 30), kind: "studio" },
        organizationOfUserSchema,
      );
      const people = AnalyticsUnderTest.over(world.db);
      const second = await somebody();
      const third = await somebody();
      await people.join(studio.id, second.user.id, "admin");
      await people.join(studio.id, third.user.id, "member");
      admin = second.visitor;
      member = third.visitor;
      stranger = (await somebody()).visitor;
      game = await owner.post(
        "/v1/analytics/games",
        { name: "Tower", organizationId: studio.id, settings: { flushEvery_s: 3_600 } },
        gameSchema,
      );
      its = `/v1/analytics/games/${game.id}`;
    }, 60_000);

    /** Everything that changes a game, or shows its keys. */
    const managing = () =>
      [
        ["GET", `${its}/keys`, {}],
        ["POST", `${its}/keys`, { name: "mine", kind: "write" }],
        ["POST", `${its}/keys/AAAAAAAAAAAA/revoke`, {}],
        ["POST", its, { name: "Mine" }],
        ["POST", `${its}/schemas`, { rules: [] }],
        ["POST", `${its}/dead/retry`, {}],
        ["POST", `${its}/erase`, { player: "ada" }],
        ["POST", `${its}/delete`, {}],
        ["GET", `${its}/export?from=2026-01-01&to=2026-01-02`, {}],
      ] as const;
    /** Everything that shows one. */
    const range = "from=2026-01-01&to=2026-01-02";
    const reading = () =>
      [
        ["GET", its],
        ["GET", `${its}/schemas`],
        ["GET", `/v1/analytics/metrics?gameId=${game.id}`],
        ["POST", `${its}/tail`],
        ["GET", `${its}/overview?${range}`],
        ["GET", `${its}/levels?${range}`],
        ["GET", `${its}/retention?${range}`],
        ["GET", `${its}/errors?${range}`],
        ["GET", `${its}/events?${range}`],
      ] as const;

    test("owners and admins manage it", async () => {
      for (const manager of [owner, admin]) {
        const { info } = await manager.post(
          `${its}/keys`,
          { name: "key", kind: "write" },
          createdGameKeySchema,
        );
        await manager.post(`${its}/keys/${info.id}/revoke`, {}, doneSchema);
        await manager.post(`${its}/schemas`, { rules: [] }, eventRulesSchema);
        await manager.post(`${its}/dead/retry`, {}, bufferMetricsSchema);
        expect((await manager.post(its, { name: "Castle" }, gameSchema)).name).toBe("Castle");
      }
      expect((await owner.get(its, gameSchema)).role).toBe("owner");
      expect((await admin.get(its, gameSchema)).role).toBe("admin");
    });

    test("members read it, and change nothing", async () => {
      expect((await member.get(its, gameSchema)).role).toBe("member");
      const { games } = await member.get("/v1/analytics/games", gamesSchema);
      expect(games.map(({ id, role }) => [id, role])).toEqual([[game.id, "member"]]);
      for (const [method, path] of reading()) {
        const response = await member.request(method, path, method === "GET" ? undefined : {});
        expect(response.status, path).toBe(200);
        await response.text();
      }
      await member.post(`${its}/tail`, {}, openedTailSchema);
      for (const [method, path, json] of managing())
        expect(await refused(member, method, path, json), path).toEqual({
          status: 403,
          code: "not_allowed",
        });
      const foreign = { name: "Mine", organizationId: game.organizationId };
      expect(await refused(member, "POST", "/v1/analytics/games", foreign)).toMatchObject({
        status: 403,
      });
    });

    test("strangers do not learn that it exists", async () => {
      const nothing = { status: 404, code: "not_found" };
      for (const [method, path] of reading())
        expect(await refused(stranger, method, path), path).toEqual(nothing);
      for (const [method, path, json] of managing())
        expect(await refused(stranger, method, path, json), path).toEqual(nothing);
      expect((await stranger.get("/v1/analytics/games", gamesSchema)).games).toEqual([]);
      const foreign = { name: "Mine", organizationId: game.organizationId };
      expect(await refused(stranger, "POST", "/v1/analytics/games", foreign)).toMatchObject({
        status: 404,
      });
    });

    test("whoever has left it is a stranger at once, and only owners delete it", async () => {
      const { visitor: leaver, user } = await somebody();
      const people = AnalyticsUnderTest.over(world.db);
      await people.join(game.organizationId ?? "", user.id, "admin");
      expect((await leaver.get(its, gameSchema)).role).toBe("admin");
      expect(await refused(leaver, "POST", `${its}/delete`)).toEqual({
        status: 403,
        code: "not_allowed",
      });
      await world.db.execute(sql`delete from member where user_id = ${user.id}`);
      expect(await refused(leaver, "GET", its)).toMatchObject({ status: 404 });
    });
  });

  test("operators alone see how all buffers stand, and wake none of them", async () => {
    const path = "/v1/analytics/metrics";
    const { visitor } = await somebody();
    expect(await refusal(fetch(`${world.url}${path}`))).toMatchObject({
      code: "sign_in_required",
    });
    expect(await refused(visitor, "GET", path)).toEqual({ status: 403, code: "not_allowed" });
    const wrong = { Authorization: "Bearer somebody-else-of-these-tests" };
    expect(await refusal(fetch(`${world.url}${path}`, { headers: wrong }))).toEqual(invalid);

    const overview = async () => {
      const headers = { Authorization: `Bearer ${opsToken}` };
      const response = await fetch(`${world.url}${path}`, { headers });
      expect(response.status).toBe(200);
      return bufferOverviewSchema.parse(await response.json());
    };
    const before = (await overview()).batchWriters.events.totalFlushed;
    const quick = await world.newGame({ flushEvery_s: 1 });
    const slow = await world.newGame({ flushEvery_s: 3_600 });
    const response = await world.send(quick, { events: [jump(), jump(), {}] });
    expect(response.status).toBe(200);
    expect((await world.send(slow, { events: [jump()] })).status).toBe(200);
    const ofQuick = async () =>
      (await overview()).buffers.find(({ gameId }) => gameId === quick.gameId);
    await expect.poll(async () => (await ofQuick())?.flushed_events, wait).toBe(2);
    const all = await overview();
    expect(all.batchWriters.events.totalFlushed).toBeGreaterThanOrEqual(before + 2);
    expect(all.batchWriters.events).toMatchObject({ totalDropped: 0, bufferSize: 0 });
    expect(all).toMatchObject({ gameId: null, dead_events: 0, buffers_failing: 0 });
    expect(all.drops.invalid).toBeGreaterThanOrEqual(1);
    expect(all.flush_p95_ms).toBeGreaterThanOrEqual(all.flush_p50_ms ?? Number.NaN);
    // It has not written yet, and nobody asked it.
    expect(all.buffers.map(({ gameId }) => gameId)).not.toContain(slow.gameId);
  });

  describe("after the house's secret has changed", () => {
    const as = (game: WorldGame, key: string, init: RequestInit = {}) => {
      const headers = { Authorization: `Bearer ${key}`, ...init.headers };
      const send = () => world.send(game, { events: [jump()] }, { ...init, headers });
      // A refusal may end the connection before the body has been sent.
      return send().catch(send);
    };
    const kept = async (game: WorldGame) => (await keptRollups(world.db, game)).events.length;

    test("write keys that were shipped before go on, as do those of now", async () => {
      const game = await world.newGame();
      for (let sends = 0; sends < 3; sends += 1) {
        const response = await as(game, game.key);
        const text = await response.text();
        expect(response.status, text).toBe(200);
        expect(batchAnswerSchema.parse(JSON.parse(text)).results[0]?.status).toBe("ok");
      }
      await expect.poll(() => kept(game), wait).toBe(3);
      const { text: made } = await newKey(game);
      expect((await as(game, made)).status).toBe(200);
    });

    test("one that was revoked opens nothing, though it was believed a moment ago", async () => {
      const game = await world.newGame();
      expect((await as(game, game.key)).status).toBe(200);
      await world.db.batch([
        world.db.execute(
          sql`update analytics_key set revoked_at = now() where game_id = ${game.gameId}`,
        ),
        world.db.execute(
          sql`update analytics_game set revision = revision + 1 where id = ${game.gameId}`,
        ),
      ]);
      await expect.poll(() => kept(game), wait).toBe(1);
      await expect.poll(() => refusal(as(game, game.key)), wait).toEqual(invalid);
    });

    test("nobody makes one up: neither another proof, nor another game's ids in a known one", async () => {
      const game = await world.newGame();
      const other = await world.newGame();
      const last = game.key.endsWith("A") ? "B" : "A";
      expect(await refusal(as(game, `${game.key.slice(0, -1)}${last}`))).toEqual(invalid);
      expect(await refusal(as(game, game.key.replace(game.gameId, other.gameId)))).toEqual(invalid);
    });

    test("secret keys, and what they sign, end with the secret that they were made of", async () => {
      const game = await world.newGame();
      expect(await refusal(as(game, game.secretKey))).toEqual(invalid);
      const body = JSON.stringify({ events: [jump()] });
      const signed = async (key: string) => ({
        body,
        headers: {
          [signatureHeader]: `${game.secretKeyId}:${await signatureOf(key, utf8.encode(body))}`,
        },
      });
      const { text: current } = await newKey(game);
      expect(await refusal(as(game, current, await signed(game.secretKey)))).toEqual(invalid);
      // The same key, as its owner reads it anew under the secret of now.
      const facts = { kind: "secret", gameId: game.gameId, env: "live" } as const;
      const renewed = await keyTextOf({ ...facts, keyId: game.secretKeyId }, newSigner);
      expect((await as(game, current, await signed(renewed))).status).toBe(200);
    });

    /** A write key of the game under the secret of now. */
    async function newKey(game: WorldGame) {
      const facts = { kind: "write", gameId: game.gameId, env: "live" } as const;
      const keyId = `w${game.gameId.slice(-11)}`;
      expect(game.key).toBe(await keyTextOf({ ...facts, keyId }, oldSigner));
      return { text: await keyTextOf({ ...facts, keyId }, newSigner) };
    }
  });
});
