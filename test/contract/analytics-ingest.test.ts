import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { createDb, type Db } from "../../db/client.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { exportRevenue } from "../../db/queries/analytics-export.ts";
import {
  createPartition,
  dropPartition,
  findExpiredPartitions,
  partitionOf,
} from "../../db/queries/analytics-partition.ts";
import { closeSilentSessions } from "../../db/queries/analytics-session.ts";
import { forAll, seededRandom } from "../../platform/testing/random.ts";
import type { EventRow } from "../../protocol/analytics/row.ts";
import { dayOf } from "../../protocol/analytics/uuid7.ts";
import {
  expectedRollups,
  ingest,
  keptRollups,
  preparePartitions,
} from "./analytics-ingest-oracle.ts";
import { someRows, uuidAt } from "./analytics-ingest-rows.ts";
import { onEachEngine } from "./neon-engines.ts";

const now_ms = Date.UTC(2026, 10, 20, 23, 59, 30);
const day_ms = 86_400_000;
let games = 0;

onEachEngine("taking in events", (gateway) => {
  let db: Db;

  beforeAll(async () => {
    await migrateDatabase(gateway.info);
    db = createDb(gateway.info);
    await db.execute(
      sql`insert into "user" (id, name, email) values ('user-of-games', 'Ada', 'ada@example.com')`,
    );
  }, 90_000);

  /** A game of its own for each story. */
  async function newGame(retention_days = 90) {
    games += 1;
    const gameId = `game${String(games).padStart(12, "0")}`;
    await db.execute(sql`
      insert into analytics_game (id, user_id, name, settings, retention_days,
        retention_days_before, retention_from)
      values (${gameId}, 'user-of-games', 'Tower', '{}', ${retention_days}, 90, '2026-11-19')`);
    return { gameId, env: "live" as const };
  }

  const random = seededRandom(7);
  const levelRow = (player: string, at_ms: number, more: Partial<EventRow> = {}): EventRow => ({
    u: uuidAt(random, at_ms),
    k: "level",
    t: at_ms,
    c: at_ms,
    r: now_ms,
    p: player,
    l: "1",
    ls: "start",
    la: 1,
    ...more,
  });

  test("roll-ups are what a plain count of the events says, in whatever order and however often they come", async () => {
    await preparePartitions(db, someRows(seededRandom(1), 400, now_ms));
    await forAll(6, async (random) => {
      const place = await newGame();
      const rows = someRows(random, 150, now_ms);
      await preparePartitions(db, rows);
      const sent: EventRow[] = [];
      for (let sends = 0; sends < 12; sends += 1) {
        const batch = Array.from({ length: 1 + random.below(40) }, () => random.pick(rows));
        await ingest(db, place, batch);
        sent.push(...batch);
      }
      expect(await keptRollups(db, place)).toEqual(expectedRollups(sent));
      await ingest(db, place, rows);
      await ingest(db, place, rows);
      expect(await keptRollups(db, place)).toEqual(expectedRollups(rows));
    });
  }, 120_000);

  test("batches that arrive at the same time count each event once", async () => {
    const place = await newGame();
    const rows = someRows(seededRandom(11), 200, now_ms);
    await preparePartitions(db, rows);
    const overlapping = Array.from({ length: 6 }, (_, n) => rows.slice(n * 20, n * 20 + 100));
    await Promise.all(overlapping.map((batch) => ingest(db, place, batch)));
    expect(await keptRollups(db, place)).toEqual(expectedRollups(overlapping.flat()));
  });

  test("a back-dated event takes a new player to the earlier day", async () => {
    const place = await newGame();
    const rows = [levelRow("late", now_ms), levelRow("late", now_ms - 3 * day_ms)];
    await preparePartitions(db, rows);
    for (const row of rows) await ingest(db, place, [row]);
    const { rows: days } = await db.execute(sql`
      select to_char(day, 'YYYY-MM-DD') as day, new_players::integer as fresh, players::integer as players
      from analytics_day where game_id = ${place.gameId} order by day`);
    expect(days).toEqual([
      { day: dayOf(now_ms - 3 * day_ms), fresh: 1, players: 1 },
      { day: dayOf(now_ms), fresh: 0, players: 1 },
    ]);
  });

  test("what a place takes in, the other never sees", async () => {
    const place = await newGame();
    const rows = someRows(seededRandom(5), 60, now_ms);
    await preparePartitions(db, rows);
    await ingest(db, { ...place, env: "sandbox" }, rows);
    expect((await keptRollups(db, place)).events).toEqual([]);
    expect(await keptRollups(db, { ...place, env: "sandbox" })).toEqual(expectedRollups(rows));
    const { rows: kept } = await db.execute(
      sql`select distinct retention from analytics_event where game_id = ${place.gameId}`,
    );
    expect(kept).toEqual([{ retention: 0 }]);
  });

  test("a game that is gone, and a key that does not hold, keep nothing", async () => {
    const place = await newGame();
    const rows = [levelRow("p", now_ms)];
    await preparePartitions(db, rows);
    expect(await ingest(db, { ...place, gameId: "nobody0000000000" }, rows)).toMatchObject({
      revision: null,
      events: 0,
    });
    await db.execute(sql`insert into analytics_key (id, game_id, kind, env, name, start, hash)
      values (${`k${place.gameId.slice(5)}`}, ${place.gameId}, 'write', 'live', 'k', 'offw_', ${place.gameId})`);
    const keyId = `k${place.gameId.slice(5)}`;
    expect(await ingest(db, place, rows, "another00000")).toMatchObject({ revision: null });
    expect(await ingest(db, place, rows, keyId)).toMatchObject({ revision: 1, events: 1 });
    await db.execute(sql`update analytics_key set revoked_at = now() where id = ${keyId}`);
    expect(await ingest(db, place, rows, keyId)).toMatchObject({ revision: null });
  });

  test("a transaction counts once, whatever event tells of it", async () => {
    const place = await newGame();
    const pay = (uuid: string): EventRow => ({
      ...levelRow("payer", now_ms),
      u: uuid,
      k: "revenue",
      rs: "play",
      rt: "tx-1",
      ry: "purchase",
      ra: 499,
      rc: "USD",
      rv: false,
    });
    const [first, second] = [uuidAt(random, now_ms), uuidAt(random, now_ms)];
    expect((await ingest(db, place, [pay(first)])).revenue).toEqual([first]);
    expect((await ingest(db, place, [pay(second)])).revenue).toEqual([]);
    expect((await keptRollups(db, place)).revenue).toHaveLength(1);
  });

  test("a refund under its purchase's own transaction counts, as stores have it, and each of both once", async () => {
    const place = await newGame();
    const told = (ry: string, store = "play"): EventRow => ({
      ...levelRow("payer", now_ms),
      ...{ k: "revenue", rs: store, rt: "tx-1", ry, ra: 499, rc: "USD", rv: false },
    });
    const [bought, returned] = [told("purchase"), told("refund")];
    const rows = [bought, returned, told("purchase", "steam")];
    expect((await ingest(db, place, [bought])).revenue).toEqual([bought.u]);
    expect((await ingest(db, place, [returned])).revenue).toEqual([returned.u]);
    for (const again of [told("purchase"), told("refund")])
      expect((await ingest(db, place, [again])).revenue).toEqual([]);
    await ingest(db, place, rows);
    const { revenue } = await keptRollups(db, place);
    expect(revenue).toEqual(expectedRollups(rows).revenue);
    expect(JSON.parse(revenue[0] ?? "")).toMatchObject({ purchases: 2, refunds: 1 });
    const page = exportRevenue(db, place, { from: "2026-11-20", to: "2026-11-20" });
    const exported: string[] = [];
    for (let last: Awaited<ReturnType<typeof page>>[number] | undefined; ; ) {
      [last] = await page(last, 1);
      if (last === undefined) break;
      exported.push(`${last.store} ${last.type}`);
    }
    expect(exported).toEqual(["play purchase", "play refund", "steam purchase"]);
  });

  test("events of a forgotten player that were received before are not taken in, later ones are", async () => {
    const place = await newGame();
    await db.execute(sql`insert into analytics_erasure (id, game_id, player_hash, erased_ms, rows)
      values (${`receipt-${place.gameId}`}, ${place.gameId},
        encode(sha256('gone'::bytea), 'hex'), ${now_ms}, '{}')`);
    const rows = [levelRow("gone", now_ms), levelRow("other", now_ms)];
    await preparePartitions(db, rows);
    expect((await ingest(db, place, rows)).events).toBe(1);
    const later = levelRow("gone", now_ms, { r: now_ms + 1 });
    expect((await ingest(db, place, [later])).events).toBe(1);
  });

  describe("sessions", () => {
    const sign = (session: string, begin_ms: number, k: string, at_ms: number): EventRow => ({
      ...levelRow("p", at_ms),
      k,
      s: session,
      b: begin_ms,
    });

    test("silence closes them at their last sign of life, some at a time, and twice is once", async () => {
      const place = await newGame();
      const begin_ms = now_ms - 600_000;
      const ids = [1, 2, 3].map(() => uuidAt(random, begin_ms));
      const rows = ids.map((id, n) => sign(id, begin_ms, "heartbeat", begin_ms + (n + 1) * 60_000));
      await preparePartitions(db, rows);
      const taken = await ingest(db, place, rows);
      expect(taken.open_seen_ms).toBe(begin_ms + 60_000);
      const sweep = async (silentSince_ms: number, limit: number) =>
        (await closeSilentSessions(db, place, silentSince_ms, limit)).rows[0];
      const before = await keptRollups(db, place);
      expect(await sweep(begin_ms + 150_000, 1)).toEqual({
        closed: 1,
        open_seen_ms: begin_ms + 120_000,
      });
      expect(await sweep(begin_ms + 150_000, 9)).toEqual({
        closed: 1,
        open_seen_ms: begin_ms + 180_000,
      });
      expect(await sweep(begin_ms + 150_000, 9)).toEqual({
        closed: 0,
        open_seen_ms: begin_ms + 180_000,
      });
      expect(await sweep(now_ms, 9)).toEqual({ closed: 1, open_seen_ms: null });
      expect(await keptRollups(db, place)).toEqual(before);
    });

    test("one that ended stays so; one that fell silent opens again at a later sign", async () => {
      const place = await newGame();
      const begin_ms = now_ms - 600_000;
      const [ended = "", silent = ""] = [0, 1].map(() => uuidAt(random, begin_ms));
      await preparePartitions(db, [sign(ended, begin_ms, "heartbeat", begin_ms)]);
      await ingest(db, place, [
        sign(ended, begin_ms, "session_end", begin_ms + 1_000),
        sign(silent, begin_ms, "heartbeat", begin_ms + 1_000),
      ]);
      await closeSilentSessions(db, place, now_ms, 10);
      const later = [ended, silent].map((id) => sign(id, begin_ms, "heartbeat", begin_ms + 5_000));
      expect((await ingest(db, place, later)).open_seen_ms).toBe(begin_ms + 5_000);
      const { rows } = await db.execute(sql`select id::text as id from analytics_session
        where game_id = ${place.gameId} and open`);
      expect(rows).toEqual([{ id: silent }]);
    });
  });

  describe("partitions", () => {
    test("the table of raw events is partitioned, and an event without a partition is refused", async () => {
      const { rows } = await db.execute(
        sql`select relkind::text as kind from pg_class where oid = 'analytics_event'::regclass`,
      );
      expect(rows).toEqual([{ kind: "p" }]);
      const place = await newGame();
      const lost = levelRow("p", Date.UTC(2031, 1, 1));
      await expect(ingest(db, place, [lost])).rejects.toMatchObject({ code: "23514" });
    });

    test("those past their time are found by age and dropped, and roll-ups stay", async () => {
      const place = await newGame(7);
      const old = levelRow("p", Date.UTC(2020, 0, 10));
      await createPartition(db, partitionOf(90, old.t));
      await ingest(db, place, [old]);
      const before = await keptRollups(db, place);
      expect(before.events).toHaveLength(1);
      const expiry_ms = partitionOf(90, old.t).to * day_ms + (90 + 3) * day_ms;
      expect(await findExpiredPartitions(db, expiry_ms - 1, 10)).toEqual([]);
      const expired = await findExpiredPartitions(db, expiry_ms, 10);
      expect(expired).toEqual([partitionOf(90, old.t)]);
      for (const partition of expired) await dropPartition(db, partition);
      expect(await keptRollups(db, place)).toEqual({ ...before, events: [] });
    });

    test("a change of how long events are kept moves no day that was before it", async () => {
      const place = await newGame(7);
      const rows = [
        levelRow("p", Date.UTC(2026, 10, 18, 12)),
        levelRow("p", Date.UTC(2026, 10, 19, 12)),
      ];
      await preparePartitions(db, rows);
      await ingest(db, place, rows);
      const { rows: kept } = await db.execute(sql`select retention from analytics_event
        where game_id = ${place.gameId} order by day`);
      expect(kept).toEqual([{ retention: 90 }, { retention: 7 }]);
    });
  });
});
