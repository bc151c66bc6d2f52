import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { takenIn } from "../../db/queries/analytics-delete.ts";
import { deleteGamesOf } from "../../db/queries/analytics-owner.ts";
import { createPartition, partitionOf } from "../../db/queries/analytics-partition.ts";
import type { AnalyticsPlace } from "../../db/queries/analytics-rollup.ts";
import { sweepIdentity } from "../../db/queries/identity.ts";
import { deletionKinds } from "../../functions/analytics/delete-kind.ts";
import { contextOf } from "../../platform/jobs/testing/context.ts";
import { bufferName } from "../../protocol/analytics/buffer.ts";
import {
  doneSchema,
  erasureReceiptSchema,
  signedInSchema,
} from "../../protocol/identity/account.ts";
import { eventsOf } from "../analytics-truth/events.ts";
import { makeWorld } from "../analytics-truth/world.ts";
import { type AnalyticsSite, onAnalyticsSite } from "./analytics-read-site.ts";
import { password, refusal, type Visitor } from "./identity-visitor.ts";

const world = makeWorld({ seed: 5, players: 10, firstDate: "2026-09-01" });
const events = [...eventsOf(world)].filter(
  ({ kind }) => kind !== "heartbeat" && kind !== "revenue",
).length;
const day_ms = 86_400_000;

onAnalyticsSite("a game that is deleted", (site: () => AnalyticsSite) => {
  let ada: Visitor;
  let place: AnalyticsPlace;
  let path = "";

  beforeEach(async () => {
    ada = site().visitor();
    place = await site().analytics.game((await ada.signUp()).id);
    path = `/v1/analytics/games/${place.gameId}`;
    await site().analytics.takeInWorld(place, world);
  }, 60_000);

  /** Rows of a table that are the game's. */
  const rowsOf = async (table: string) => {
    const { rows } = await site().analytics.db.execute<{ n: number }>(
      sql`select count(*)::integer as n from ${sql.identifier(table)} where game_id = ${place.gameId}`,
    );
    return rows[0]?.n ?? 0;
  };
  const tablesLeft = async () => {
    const left: string[] = [];
    for (const table of takenIn) if ((await rowsOf(table)) > 0) left.push(table);
    return left;
  };
  const isMarked = async () => {
    const { rows } = await site().analytics.db.execute(
      sql`select 1 from analytics_deleted_game where id = ${place.gameId}`,
    );
    return rows.length > 0;
  };

  /** More players and days than one request deletes. */
  const grow = (rows: number) =>
    site().analytics.db.execute(sql`insert into analytics_player_day (game_id, env, day, player_id)
      select ${place.gameId}, 'live', date '2026-09-01', 'many-' || n
      from generate_series(1, ${rows}::integer) n`);

  const run = async () => {
    const queued: unknown[] = [];
    const kind = deletionKinds(site().analytics.db, {
      buffers: site().buffers,
      queueNext: async (...next) => void queued.push(next),
    })["analytics.delete-games"];
    const { result } = await kind.run(contextOf({}));
    return { result, queued };
  };

  describe("with more than one request can delete", () => {
    test("is gone for everybody at once, and its rows go behind it", async () => {
      await grow(20_000);
      await ada.post(`${path}/delete`, undefined, doneSchema);
      expect(await refusal(ada.request("GET", path))).toMatchObject({ status: 404 });
      expect(await tablesLeft()).toEqual(["analytics_player_day"]);
      expect(await run()).toMatchObject({ result: { games: 1, more: false }, queued: [] });
      expect(await tablesLeft()).toEqual([]);
      expect(await isMarked()).toBe(false);
      expect(await run()).toMatchObject({ result: { games: 0, rows: 0 }, queued: [] });
    });

    test("goes with its person, whose receipt counts what goes later as well", async () => {
      await grow(20_000);
      const rows = await rowsOf("analytics_player_day");
      const receipt = await ada.post("/v1/me/erase", { password }, erasureReceiptSchema);
      expect(receipt.rows).toMatchObject({ analytics_game: 1, analytics_event: events });
      expect(receipt.rows.analytics_player_day).toBe(0);
      const kept = async () =>
        await site().visitor().get(`/v1/erasures/${receipt.id}`, erasureReceiptSchema);
      await expect.poll(kept).toMatchObject({ rows: { analytics_player_day: 0 } });
      await run();
      expect(await tablesLeft()).toEqual([]);
      expect(await kept()).toEqual({
        ...receipt,
        rows: { ...receipt.rows, analytics_player_day: rows },
      });
    });

    test("takes several runs, if it must", async () => {
      const { db } = site().analytics;
      const days = 320;
      const first_ms = Date.parse("2025-06-01");
      for (let day = 0; day < days; day += 1) {
        const partition = partitionOf(365, first_ms + day * day_ms);
        await createPartition(db, partition);
      }
      await db.execute(sql`insert into analytics_event (game_id, env, day, uuid, retention, kind,
          player_id, at_ms, corrected_ms, received_ms)
        select ${place.gameId}, 'live', date '2025-06-01' + n, gen_random_uuid(), 365, 'level', 'p',
          0, 0, 0 from generate_series(0, ${days - 1}::integer) n, generate_series(1, 40)`);
      await ada.post(`${path}/delete`, undefined, doneSchema);
      expect(await rowsOf("analytics_event")).toBe(events + days * 40);
      const next = ["analytics.delete-games", {}, "job:1:more"];
      expect(await run()).toMatchObject({ result: { games: 0, more: true }, queued: [next] });
      expect(await rowsOf("analytics_event")).toBeGreaterThan(0);
      expect(await isMarked()).toBe(true);
      expect(await run()).toMatchObject({ result: { games: 1, more: false }, queued: [] });
      expect(await tablesLeft()).toEqual([]);
    }, 60_000);
  });

  test("goes with a guest who was not seen for long, and with nobody else", async () => {
    const { db } = site().analytics;
    await grow(20_000);
    const { user: guest } = await site().visitor().post("/v1/auth/guest", {}, signedInSchema);
    await db.execute(
      sql`update analytics_game set user_id = ${guest.id} where id = ${place.gameId}`,
    );
    expect(await sweepIdentity(db, 90, deleteGamesOf)).toMatchObject({ guests: 0 });
    expect(await rowsOf("analytics_event")).toBe(events);
    const old = sql`now() - interval '100 days'`;
    await db.execute(sql`update "user" set created_at = ${old} where id = ${guest.id}`);
    await db.execute(sql`update session set expires_at = ${old} where user_id = ${guest.id}`);
    expect(await sweepIdentity(db, 90, deleteGamesOf)).toMatchObject({ guests: 1, sessions: 1 });
    expect(await tablesLeft()).toEqual(["analytics_player_day"]);
    await run();
    expect(await tablesLeft()).toEqual([]);
  });

  describe("while a buffer of its does not answer", () => {
    test("is gone all the same, and the buffer lets go of what it has once it hears", async () => {
      const name = bufferName({ gameId: place.gameId, env: "live", shard: 0 });
      const bench = site().buffer(name);
      bench.database = () => {
        throw Object.assign(new Error("refused"), { code: "22003" });
      };
      await bench.send([bench.uuid()]);
      await bench.pass(60_000);
      expect(bench.buffer.figures().dead_events).toBe(1);
      site().buffersAway.add(name);
      await ada.post(`${path}/delete`, undefined, doneSchema);
      // As the database says when the buffer asks it.
      bench.config = null;
      await expect(run()).rejects.toThrow();
      expect(await isMarked()).toBe(true);
      site().buffersAway.delete(name);
      await run();
      expect(await isMarked()).toBe(false);
      expect(bench.buffer.figures()).toMatchObject({ dead_events: 0, waiting_events: 0 });
    });
  });

  test("and was made anew since keeps what it takes in then", async () => {
    const { db } = site().analytics;
    await ada.post(`${path}/delete`, undefined, doneSchema);
    await db.execute(sql`insert into analytics_game (id, user_id, name, settings, retention_days,
      retention_days_before, retention_from)
      values (${place.gameId}, 'owner-of-games', 'Again', '{}', 90, 90, '2020-01-01')`);
    await site().analytics.takeInWorld(place, world);
    await run();
    expect(await rowsOf("analytics_event")).toBe(events);
  });
});
