import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signatureOf } from "../../functions/analytics/key-text.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import { serviceHeader } from "../../platform/tokens/claims-header.ts";
import { type BatchAnswer, batchAnswerSchema } from "../../protocol/analytics/batch.ts";
import type { AnalyticsEventInput } from "../../protocol/analytics/event.ts";
import { signatureHeader } from "../../protocol/analytics/key.ts";
import { problemSchema } from "../../protocol/problem.ts";
import { eventOf } from "../fault/analytics-client.ts";
import { AnalyticsWorld, receiptSecret, type WorldGame } from "../fault/analytics-world.ts";
import { expectedRollups, keptRollups } from "./analytics-ingest-oracle.ts";
import { someRows, uuidAt } from "./analytics-ingest-rows.ts";
import { onEachEngine } from "./neon-engines.ts";

const day_ms = 86_400_000;
const wait_ms_max = 30_000;
const random = seededRandom(Date.now() % 1_000_000);
const utf8 = new TextEncoder();

onEachEngine("a game sends its events", (gateway) => {
  let world: AnalyticsWorld;

  beforeAll(async () => {
    world = await AnalyticsWorld.start(gateway.info);
  }, 120_000);
  afterAll(() => world?.stop());

  const jump = (more: Partial<AnalyticsEventInput> = {}, at_ms = Date.now()) =>
    ({ uuid: uuidAt(random, at_ms), kind: "event", player: "ada", name: "jump", ...more }) as const;

  async function send(
    game: WorldGame,
    batch: unknown,
    init: RequestInit = {},
  ): Promise<BatchAnswer> {
    const response = await world.send(game, batch, init);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    return batchAnswerSchema.parse(JSON.parse(text));
  }

  async function refusal(response: Promise<Response>) {
    const answer = await response;
    const { status, code } = problemSchema.parse(await answer.json());
    return { status, code };
  }

  const statuses = ({ results }: BatchAnswer) =>
    results.map(({ status, reason }) => (reason === undefined ? status : `${status} ${reason}`));

  async function kept(game: WorldGame): Promise<number> {
    return (await keptRollups(world.db, game)).events.length;
  }

  /** Waits until the database has so many events of a game. */
  async function until(game: WorldGame, events: number): Promise<void> {
    await expect.poll(() => kept(game), { timeout: wait_ms_max, interval: 100 }).toBe(events);
  }

  test("what was answered ok is in the database after the next flush, and its roll-ups are right", async () => {
    const game = await world.newGame({ flushEvery_s: 1 });
    const rows = someRows(random, 120, Date.now() - day_ms);
    const unique = [...new Map(rows.map((row) => [row.u, row])).values()];
    for (let at = 0; at < unique.length; at += 40)
      expect(
        new Set(statuses(await send(game, { events: unique.slice(at, at + 40).map(eventOf) }))),
      ).toEqual(new Set(["ok"]));
    const expected = expectedRollups(unique.map((row) => ({ ...row, rv: false })));
    await expect
      .poll(() => keptRollups(world.db, game), { timeout: wait_ms_max, interval: 200 })
      .toEqual(expected);
  });

  test("an event sent again is a duplicate; each event gets a word of its own", async () => {
    const game = await world.newGame();
    const [first, second] = [jump(), jump()];
    expect(statuses(await send(game, { events: [first] }))).toEqual(["ok"]);
    const mixed = await send(game, {
      events: [
        first,
        second,
        second,
        { kind: "event" },
        jump({}, Date.now() - 31 * day_ms),
        jump({}, Date.now() + 2 * day_ms),
        { ...jump(), player: "x".repeat(65) },
        { ...jump(), props: { text: "a\u0000b" } },
        { ...jump(), props: { text: "x".repeat(33_000) } },
        { ...jump(), kind: "heartbeat", session: uuidAt(random, Date.now() - 2 * day_ms) },
        { ...jump(), props: { text: "a backslash before \\u0000 is no NUL" } },
      ],
    });
    expect(statuses(mixed)).toEqual([
      "duplicate",
      "ok",
      "duplicate",
      "drop invalid",
      "drop too_old",
      "drop future",
      "drop invalid",
      "drop text",
      "drop too_large",
      "drop session",
      "ok",
    ]);
    expect(mixed.results[3]?.uuid).toBeNull();
    expect(mixed.results[6]?.uuid).not.toBeNull();
    await until(game, 3);
  });

  test("a dry run says the same and keeps nothing", async () => {
    const game = await world.newGame();
    const dry = await world.send(
      game,
      { events: [jump(), {}] },
      { path: "/v1/analytics/batch?dry_run=1" },
    );
    const answer = batchAnswerSchema.parse(await dry.json());
    expect(answer.dryRun).toBe(true);
    expect(statuses(answer)).toEqual(["ok", "drop invalid"]);
    expect(statuses(await send(game, { events: [jump()] }))).toEqual(["ok"]);
    await until(game, 1);
  });

  test("the same question under one Idempotency-Key gets the same answer, another is refused", async () => {
    const game = await world.newGame();
    const headers = { "Idempotency-Key": "batch-1" };
    const events = [jump(), jump()];
    const once = await send(game, { events }, { headers });
    const again = await send(game, { events }, { headers });
    expect(statuses(again)).toEqual(statuses(once));
    expect(await refusal(world.send(game, { events: [jump()] }, { headers }))).toMatchObject({
      status: 400,
    });
    await until(game, 2);
  });

  describe("bodies", () => {
    test("gzip is unpacked, with or without a header that says so", async () => {
      const game = await world.newGame();
      for (const headers of [{ "Content-Encoding": "gzip" }, {}] as Record<string, string>[]) {
        const body = gzipSync(JSON.stringify({ events: [jump()] }));
        expect(statuses(await send(game, undefined, { body, headers }))).toEqual(["ok"]);
      }
    });

    test("gzip that unpacks to more than a batch may have is refused before it is unpacked whole", async () => {
      const game = await world.newGame();
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));
      expect(bomb.length).toBeLessThan(100_000);
      expect(await refusal(world.send(game, undefined, { body: bomb }))).toEqual({
        status: 413,
        code: "body_too_large",
      });
    });

    test.each([
      ["no JSON", "{", 400, "invalid_json"],
      ["torn gzip", gzipSync("{}").subarray(0, 12), 400, "bad_request"],
      ["no events", '{"events":[]}', 400, "bad_request"],
      ["too deep", `{"events":${"[".repeat(40)}${"]".repeat(40)}}`, 400, "body_too_deep"],
      ["501 events", JSON.stringify({ events: Array(501).fill({}) }), 400, "bad_request"],
      ["too many bytes", " ".repeat(1024 * 1024 + 1), 413, "body_too_large"],
    ] as const)("%s is refused", async (_, body, status, code) => {
      const game = await world.newGame();
      expect(await refusal(world.send(game, undefined, { body }))).toEqual({ status, code });
    });
  });

  describe("keys", () => {
    test("no key, another's key, a forged and a revoked key open nothing", async () => {
      const game = await world.newGame();
      const events = [jump()];
      const as = (key: string) =>
        refusal(world.send(game, { events }, { headers: { Authorization: `Bearer ${key}` } }));
      expect(await as("")).toMatchObject({ status: 401 });
      const invalid = { status: 401, code: "token_invalid" };
      expect(await as(`${game.key.slice(0, -1)}${game.key.endsWith("A") ? "B" : "A"}`)).toEqual(
        invalid,
      );
      expect(await as(game.key.replace("world", "owrld"))).toEqual(invalid);
      expect(statuses(await send(game, { events }))).toEqual(["ok"]);
      // Revoked in the database; the buffer hears of it with its next write at the latest.
      await world.db.batch([
        world.db.execute(
          sql`update analytics_key set revoked_at = now() where game_id = ${game.gameId}`,
        ),
        world.db.execute(
          sql`update analytics_game set revision = revision + 1 where id = ${game.gameId}`,
        ),
      ]);
      await until(game, 1);
      await expect.poll(() => as(game.key), { timeout: wait_ms_max }).toEqual(invalid);
    });

    test("a key may stand in the address, for beacons; a secret one may not", async () => {
      const game = await world.newGame();
      const beacon = (key: string) =>
        fetch(`${world.url}/v1/analytics/batch?key=${key}`, {
          method: "POST",
          body: JSON.stringify({ events: [jump()] }),
        });
      expect((await beacon(game.key)).status).toBe(200);
      expect((await beacon(game.secretKey)).status).toBe(401);
    });

    test("a sandbox key writes to the sandbox alone", async () => {
      const game = await world.newGame({}, "sandbox");
      await send(game, { events: [jump()] });
      await until(game, 1);
      expect(await kept({ ...game, env: "live" })).toBe(0);
    });

    test("a signature counts by the game's secret key, over the bytes that are sent", async () => {
      const game = await world.newGame({ signedOnly: true });
      const body = gzipSync(JSON.stringify({ events: [jump()] }));
      const signed = async (bytes: Uint8Array, key: string) => ({
        headers: { [signatureHeader]: `${game.secretKeyId}:${await signatureOf(key, bytes)}` },
        body,
      });
      const refused = { status: 401, code: "token_invalid" };
      expect(await refusal(world.send(game, undefined, { body }))).toEqual(refused);
      expect(
        await refusal(world.send(game, undefined, await signed(utf8.encode("x"), game.secretKey))),
      ).toEqual(refused);
      expect(await refusal(world.send(game, undefined, await signed(body, game.key)))).toEqual(
        refused,
      );
      expect(statuses(await send(game, undefined, await signed(body, game.secretKey)))).toEqual([
        "ok",
      ]);
    });
  });

  describe("schemas", () => {
    test("an event that does not fit is dropped or remarked on, as the game wants, from the next batch on", async () => {
      const game = await world.newGame();
      expect(statuses(await send(game, { events: [jump()] }))).toEqual(["ok"]);
      const rule = (name: string, policy: string) =>
        JSON.stringify({
          name,
          policy,
          fields: { height: { type: "number", required: true, max: 9 } },
        });
      await world.db.batch([
        world.db.execute(sql`insert into analytics_event_rule (game_id, name, rule) values
          (${game.gameId}, 'jump', ${rule("jump", "drop")}::jsonb),
          (${game.gameId}, 'hop', ${rule("hop", "warn")}::jsonb)`),
        world.db.execute(
          sql`update analytics_game set revision = revision + 1 where id = ${game.gameId}`,
        ),
      ]);
      await until(game, 1);
      const events = [
        jump({ props: { height: 3 } }),
        jump({ props: { height: 10 } }),
        { ...jump(), name: "hop" },
      ];
      await expect
        .poll(
          async () =>
            statuses(
              await send(game, {
                events: events.map((event) => ({ ...event, uuid: uuidAt(random, Date.now()) })),
              }),
            ),
          { timeout: wait_ms_max },
        )
        .toEqual(["ok", "drop schema", "ok"]);
      const { results } = await send(game, {
        events: events.map((event) => ({ ...event, uuid: uuidAt(random, Date.now()) })),
      });
      expect(results[2]?.detail).toBe("height is missing");
    });
  });

  describe("revenue", () => {
    const pay = (transactionId: string, more: object = {}) => ({
      ...jump(),
      kind: "revenue",
      store: "play",
      transactionId,
      amount_minor: 499,
      currency: "USD",
      ...more,
    });
    const rows = async (game: WorldGame) =>
      (
        await world.db.execute<{ id: string; verified: boolean }>(sql`
          select transaction_id as id, verified from analytics_revenue
          where game_id = ${game.gameId} order by transaction_id`)
      ).rows;

    test("it is in the database when it is answered, and a transaction counts once", async () => {
      const game = await world.newGame({ flushEvery_s: 3_600 });
      const answer = await send(game, {
        events: [pay("a"), jump(), pay("b", { type: "refund", refundOf: "a" }), pay("a")],
      });
      const [first, event, refund, again] = statuses(answer);
      expect([event, refund]).toEqual(["ok", "ok"]);
      // Two events of one batch tell of it: it counts once, by either.
      expect([first, again].sort()).toEqual(["duplicate", "ok"]);
      expect(await rows(game)).toEqual([
        { id: "a", verified: false },
        { id: "b", verified: false },
      ]);
      expect(statuses(await send(game, { events: [pay("a")] }))).toEqual(["duplicate"]);
    });

    test("a receipt verifies it, a forged one drops it, and the game's own server is believed", async () => {
      const game = await world.newGame();
      const data = (id: string) =>
        JSON.stringify({ transactionId: id, type: "purchase", amount_minor: 499, currency: "USD" });
      const receipt = async (id: string) => ({
        data: data(id),
        signature: await signatureOf(receiptSecret, utf8.encode(data(id))),
      });
      const answer = await send(game, {
        events: [
          pay("a", { receipt: await receipt("a") }),
          pay("b", { receipt: await receipt("a") }),
          pay("c", { receipt: { data: data("c"), signature: "0".repeat(64) } }),
        ],
      });
      expect(statuses(answer)).toEqual(["ok", "drop receipt", "drop receipt"]);
      const headers = { Authorization: `Bearer ${game.secretKey}` };
      expect(statuses(await send(game, { events: [pay("d")] }, { headers }))).toEqual(["ok"]);
      expect(await rows(game)).toEqual([
        { id: "a", verified: true },
        { id: "d", verified: true },
      ]);
    });
  });

  test("a Worker killed before the flush loses nothing of what it had answered", async () => {
    const game = await world.newGame({ flushEvery_s: 2 });
    for (let batch = 0; batch < 5; batch += 1)
      await send(game, { events: [jump(), jump(), jump()] });
    await world.kill();
    expect(await kept(game)).toBe(0);
    await world.begin();
    // Nobody asks the buffer anything: its alarm alone brings the events home.
    await until(game, 15);
    await pause(100);
    expect(await kept(game)).toBe(15);
  });

  test("nobody can speak to a buffer or a tail from outside", async () => {
    const game = await world.newGame();
    for (const path of [`/parties/analytics/${game.gameId}-live`, "/accept", "/ask"]) {
      const response = await fetch(`${world.url}${path}`, {
        method: "POST",
        headers: { [serviceHeader]: "1", "Content-Type": "application/json" },
        body: JSON.stringify({ type: "push", events: [], skipped: 0 }),
      });
      expect([401, 404]).toContain(response.status);
    }
  });
});
