import { sql } from "drizzle-orm";
import { parquetReadObjects } from "hyparquet";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { recountAnalytics, repairAnalytics } from "../../db/queries/analytics-recount.ts";
import type { AnalyticsPlace } from "../../db/queries/analytics-rollup.ts";
import { bufferName } from "../../protocol/analytics/buffer.ts";
import { playerErasureSchema } from "../../protocol/analytics/data.ts";
import type { AnalyticsEventInput } from "../../protocol/analytics/event.ts";
import { gameSchema } from "../../protocol/analytics/game.ts";
import { levelsReportSchema, overviewReportSchema } from "../../protocol/analytics/reports.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";
import { doneSchema, erasureReceiptSchema } from "../../protocol/identity/account.ts";
import { organizationOfUserSchema } from "../../protocol/identity/organization.ts";
import { benchConfig, keyId } from "../../rooms/analytics/testing/buffer-bench.ts";
import { eventsOf, levelName } from "../analytics-truth/events.ts";
import { makeWorld } from "../analytics-truth/world.ts";
import { type AnalyticsSite, onAnalyticsSite } from "./analytics-read-site.ts";
import { password, refusal, type Visitor } from "./identity-visitor.ts";

const firstDate = "2026-09-01";
const range = `from=${firstDate}&to=2026-10-01`;
const world = makeWorld({ seed: 11, players: 60, firstDate });
const sent = [...eventsOf(world)];
const raw = sent.filter(({ kind }) => kind !== "heartbeat" && kind !== "revenue");

const uuidAt = (at: string) =>
  makeUuid7(Date.parse(at), crypto.getRandomValues(new Uint8Array(10)));

onAnalyticsSite("a game's data", (site: () => AnalyticsSite) => {
  let ada: Visitor;
  let place: AnalyticsPlace;
  let path = "";

  /** Somebody with a game in which the world has happened. */
  const begin = async () => {
    ada = site().visitor();
    place = await site().analytics.game((await ada.signUp()).id);
    path = `/v1/analytics/games/${place.gameId}`;
    await site().analytics.takeInWorld(place, world);
  };

  const exported = async (table: string, format: string) => {
    const asked = `${path}/export?${range}&table=${table}&format=${format}`;
    const answer = await ada.request("GET", asked);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Disposition")).toContain(`-${table}-2026-09-01-`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const textOf = async (table: string, format: string) =>
    new TextDecoder().decode(await exported(table, format));
  const linesOf = async (table: string) =>
    (await textOf(table, "ndjson"))
      .trimEnd()
      .split("\n")
      .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));

  /** Events that the database refused, in one of the game's buffers. */
  const deadIn = async (shard: number, events = 2) => {
    const bench = site().buffer(bufferName({ gameId: place.gameId, env: "live", shard }));
    bench.config = benchConfig({ gameId: place.gameId });
    bench.now_ms = Date.parse("2026-09-20T10:00:00Z");
    bench.database = () => {
      throw Object.assign(new Error("refused"), { code: "22003" });
    };
    const rows = Array.from({ length: events }, (_, at) => ({
      ...{ u: bench.uuid(), k: "event", p: at % 250 === 1 ? "eve" : "ada", o: { at } },
    }));
    const head = { revision: 1, keyId, uuids: rows.map(({ u }) => u) };
    await bench.buffer.accept(head, JSON.stringify(rows));
    await bench.pass(60_000);
    return rows;
  };

  describe("an export", () => {
    beforeAll(begin, 60_000);

    test("has every raw event once, oldest first, in each format the same", async () => {
      const lines = await linesOf("events");
      expect(lines.map(({ uuid }) => uuid)).toEqual(raw.map(({ uuid }) => uuid).sort());
      const file = await exported("events", "parquet");
      const rows = await parquetReadObjects({ file: file.buffer });
      expect(JSON.parse(JSON.stringify(rows))).toEqual(lines);
      const csv = (await textOf("events", "csv")).trimEnd().split("\r\n");
      expect(csv).toHaveLength(lines.length + 1);
      expect(csv[0]).toBe(Object.keys(lines[0] ?? {}).join(","));
      expect(csv[1]?.startsWith(`${String(lines[0]?.uuid)},${String(lines[0]?.kind)},`)).toBe(true);
    });

    test("has sessions and revenue as well", async () => {
      const sessions = world.players.flatMap((player) => player.sessions);
      expect(await linesOf("sessions")).toHaveLength(sessions.length);
      const purchases = sent.filter(({ kind }) => kind === "revenue");
      const lines = await linesOf("revenue");
      expect(lines.map(({ uuid }) => uuid).sort()).toEqual(
        purchases.map(({ uuid }) => uuid).sort(),
      );
      const rows = await parquetReadObjects({
        file: (await exported("revenue", "parquet")).buffer,
      });
      expect(JSON.parse(JSON.stringify(rows))).toEqual(lines);
    });

    test("of nothing is an empty table", async () => {
      const asked = `${path}/export?from=2025-01-01&to=2025-01-02&format`;
      expect(await (await ada.request("GET", `${asked}=ndjson`)).text()).toBe("");
      expect(await (await ada.request("GET", `${asked}=csv`)).text()).toMatch(/^uuid,.*\r\n$/);
      const file = await (await ada.request("GET", `${asked}=parquet`)).arrayBuffer();
      expect(await parquetReadObjects({ file })).toEqual([]);
    });

    test("runs no formula of a player's in a spreadsheet, and breaks at no quote", async () => {
      const nasty = { ...{ "=1+1": '@SUM("A1:A9")' }, line: 'two\nlines, "quoted"' };
      const name = '=HYPERLINK("http://example.com","click")';
      const at = { uuid: uuidAt("2026-09-20T10:00:00Z"), kind: "event" as const };
      await site().analytics.takeIn(place, [{ ...at, player: "-2+3", name, props: nasty }]);
      const csv = await textOf("events", "csv");
      const line = csv.split("\r\n").find((one) => one.startsWith(at.uuid)) ?? "";
      expect(line).toContain(`,"'=HYPERLINK(""http://example.com"",""click"")",'-2+3,`);
      expect(line).toContain('""two\\nlines, \\""quoted\\""""');
    });

    test("has the roll-ups of days, levels and revenue, which are what reports say", async () => {
      const report = await ada.get(`${path}/overview?${range}`, overviewReportSchema);
      const seen = report.days.filter(({ events }) => events > 0);
      expect(await linesOf("days")).toEqual(
        seen.map(({ revenue: _, ...day }) => expect.objectContaining(day)),
      );
      const money = report.days.flatMap(({ day, revenue }) =>
        revenue.map(({ arpdau_minor: _, ...figures }) => ({ day, ...figures })),
      );
      expect(money.length).toBeGreaterThan(3);
      expect(await linesOf("revenue_days")).toEqual(money);
      const { levels } = await ada.get(`${path}/levels?${range}`, levelsReportSchema);
      const days = await linesOf("levels");
      for (const { level, starts, winners } of levels) {
        const own = days.filter((line) => line.level === level);
        const sum = (name: string) => own.reduce((total, line) => total + Number(line[name]), 0);
        expect([level, sum("starts"), sum("winners")]).toEqual([level, starts, winners]);
      }
      const csv = (await textOf("levels", "csv")).trimEnd().split("\r\n");
      expect(csv).toHaveLength(days.length + 1);
      const file = await exported("days", "parquet");
      expect(await parquetReadObjects({ file: file.buffer })).toEqual(await linesOf("days"));
    });

    test("of a long roll-up goes on behind each page where it ended", async () => {
      const { db } = site().analytics;
      const long = await site().analytics.game((await ada.signUp()).id);
      await db.execute(sql`insert into analytics_level_day (game_id, env, day, level, starts)
        select ${long.gameId}, 'live', date '2026-09-01' + d, 'level ' || l, d * 100 + l
        from generate_series(0, 19) d, generate_series(1, 100) l`);
      path = `/v1/analytics/games/${long.gameId}`;
      const lines = await linesOf("levels");
      expect(new Set(lines.map(({ starts }) => starts)).size).toBe(2_000);
      expect(lines.map(({ day }) => day)).toEqual(lines.map(({ day }) => day).toSorted());
    });
  });

  describe("what the database refused", () => {
    test("is exported with the reason, page after page, and goes with its player", async () => {
      ada = site().visitor();
      place = await site().analytics.game((await ada.signUp()).id);
      path = `/v1/analytics/games/${place.gameId}`;
      const rows = await deadIn(0, 250);
      const lines = await linesOf("dead");
      expect(lines.map(({ row }) => row)).toEqual(rows);
      expect(lines[0]).toMatchObject({ reason: "22003", uuid: rows[0]?.u, kind: "event" });
      const csv = (await textOf("dead", "csv")).trimEnd().split("\r\n");
      expect(csv).toHaveLength(rows.length + 1);
      const elsewhere = `${path}/export?from=2026-10-01&to=2026-10-02&table=dead&format=ndjson`;
      expect(await (await ada.request("GET", elsewhere)).text()).toBe("");
      await ada.post(`${path}/erase`, { player: "eve" }, playerErasureSchema);
      const left = await linesOf("dead");
      expect(left.map(({ uuid }) => uuid)).toEqual(
        rows.filter(({ p }) => p !== "eve").map(({ u }) => u),
      );
    });
  });

  describe("what the database refused in a buffer that is not used any more", () => {
    test("is exported, and goes with its player", async () => {
      ada = site().visitor();
      place = await site().analytics.game((await ada.signUp()).id);
      path = `/v1/analytics/games/${place.gameId}`;
      const rows = await deadIn(3);
      for (const shards of [4, 1]) await ada.post(path, { settings: { shards } }, gameSchema);
      expect((await linesOf("dead")).map(({ row }) => row)).toEqual(rows);
      await ada.post(`${path}/erase`, { player: "eve" }, playerErasureSchema);
      expect((await linesOf("dead")).map(({ player }) => player)).toEqual(["ada"]);
    });
  });

  describe("forgetting a player", () => {
    beforeEach(begin, 60_000);

    const player = "player-00000";
    const erase = () => ada.post(`${path}/erase`, { player }, playerErasureSchema);

    test("takes their data away, lowers the reports, and keeps the books", async () => {
      const before = await ada.get(`${path}/overview?${range}`, overviewReportSchema);
      const receipt = await erase();
      const theirs = raw.filter((event) => event.player === player);
      expect(receipt.rows).toMatchObject({
        analytics_event: theirs.length,
        analytics_player: 1,
        analytics_session: world.players[0]?.sessions.length,
      });
      const after = await ada.get(`${path}/overview?${range}`, overviewReportSchema);
      expect(after.total.newPlayers).toBe(before.total.newPlayers - 1);
      expect(after.total.events).toBe(before.total.events - theirs.length);
      expect(after.total.revenue.map((one) => one.purchased_minor)).toEqual(
        before.total.revenue.map((one) => one.purchased_minor),
      );
      for (const table of ["events", "sessions", "revenue"])
        expect(await textOf(table, "ndjson")).not.toContain(player);
      const recount = await recountAnalytics(site().analytics.db, place, firstDate);
      expect(Object.values(recount).map(({ rows }) => rows)).toEqual([0, 0, 0, 0, 0, 0, 0]);
      const kept = await ada.get(`${path}/erasures/${receipt.id}`, playerErasureSchema);
      expect(kept).toEqual(receipt);
    });

    test("twice is as good as once, and what was on its way is not taken in", async () => {
      const first = await erase();
      // As buffers do that had them when the player was forgotten.
      await site().analytics.takeIn(place, sent);
      const second = await erase();
      expect(second.id).not.toBe(first.id);
      expect(Object.values(second.rows)).toEqual([0, 0, 0, 0, 0, 0]);
      const recount = await recountAnalytics(site().analytics.db, place, firstDate);
      expect(Object.values(recount).every(({ rows }) => rows === 0)).toBe(true);
    });

    test("leaves the receipt of all that went, though a buffer did not answer at first", async () => {
      const away = bufferName({ gameId: place.gameId, env: "sandbox", shard: 0 });
      site().buffersAway.add(away);
      const asked = ada.request("POST", `${path}/erase`, { player });
      expect(await refusal(asked)).toMatchObject({ status: 503 });
      site().buffersAway.delete(away);
      const receipt = await erase();
      const theirs = raw.filter((event) => event.player === player);
      expect(receipt.rows).toMatchObject({ analytics_event: theirs.length, analytics_player: 1 });
    });

    test("is for their game alone, and for the sandbox as well", async () => {
      const sandbox = { ...place, env: "sandbox" } as const;
      const theirs = sent.filter((event) => event.player === player);
      await site().analytics.takeIn(sandbox, theirs);
      const other = await site().analytics.game();
      await site().analytics.takeIn(other, theirs);
      await erase();
      const rowsOf = async ({ gameId, env }: AnalyticsPlace) => {
        const counted = sql`select count(*)::integer as n from analytics_event
          where game_id = ${gameId} and env = ${env} and player_id = ${player}`;
        return (await site().analytics.db.execute<{ n: number }>(counted)).rows[0]?.n;
      };
      expect(await rowsOf(sandbox)).toBe(0);
      expect(await rowsOf(place)).toBe(0);
      expect(await rowsOf(other)).toBeGreaterThan(0);
    });

    test("has no receipt for others", async () => {
      const receipt = await erase();
      const eve = site().visitor();
      await eve.signUp();
      const asked = eve.request("GET", `${path}/erasures/${receipt.id}`);
      expect(await refusal(asked)).toMatchObject({ status: 404 });
    });
  });

  // What one of these ruins it puts right again; the last one leaves it so.
  describe("a recount", () => {
    beforeAll(begin, 60_000);

    const tables = [
      "analytics_player_day",
      "analytics_player",
      "analytics_player_level",
      "analytics_day",
      "analytics_level_day",
      "analytics_level_week",
      "analytics_revenue_day",
    ];
    const ruin: readonly (readonly [string, string])[] = [
      ["analytics_player_day", "delete from analytics_player_day where player_id = 'player-00001'"],
      ["analytics_player", "update analytics_player set first_day = first_day - 1"],
      ["analytics_player_level", "update analytics_player_level set started_ms = started_ms + 1"],
      ["analytics_day", "update analytics_day set events = events + 1 where day = '2026-09-03'"],
      ["analytics_level_day", "delete from analytics_level_day where day = '2026-09-03'"],
      ["analytics_level_week", "update analytics_level_week set starts = starts + 1"],
      ["analytics_revenue_day", "update analytics_revenue_day set refunds = refunds + 1"],
    ];
    const recount = () => recountAnalytics(site().analytics.db, place, firstDate);
    const wrong = async () =>
      Object.entries(await recount())
        .filter(([, { rows }]) => rows > 0)
        .map(([table]) => table);

    test("finds nothing wrong with what was taken in", async () => {
      expect(Object.keys(await recount())).toEqual(tables);
      expect(await wrong()).toEqual([]);
    });

    test.each(ruin)("finds what is wrong in %s, and puts it right", async (table, statement) => {
      const only = statement.includes(" where ") ? " and" : " where";
      await site().analytics.db.execute(sql.raw(`${statement}${only} game_id = '${place.gameId}'`));
      expect(await wrong()).toContain(table);
      const { rows, samples } = (await recount())[table] ?? { rows: 0, samples: [] };
      expect(samples.length).toBe(Math.min(20, rows));
      await repairAnalytics(site().analytics.db, place, firstDate);
      expect(await wrong()).toEqual([]);
    });

    test("believes the tables about days whose raw events and sessions are gone", async () => {
      const { db } = site().analytics;
      const before = await ada.get(`${path}/overview?${range}`, overviewReportSchema);
      expect(before.total.sessions).toBeGreaterThan(0);
      for (const table of ["analytics_event", "analytics_session"])
        await db.execute(sql`delete from ${sql.identifier(table)}
          where game_id = ${place.gameId} and day < '2026-09-10'`);
      const kept = await recountAnalytics(db, place, "2026-09-10");
      expect(Object.values(kept).map(({ rows }) => rows)).toEqual([0, 0, 0, 0, 0, 0, 0]);
      await repairAnalytics(db, place, "2026-09-10");
      const { total } = await ada.get(`${path}/overview?${range}`, overviewReportSchema);
      expect(total).toEqual(before.total);
      expect(total.newPlayers).toBe(60);
      expect(await wrong()).toContain("analytics_day");
    });
  });

  describe("a game goes with", () => {
    beforeEach(begin, 60_000);

    const rowsLeft = async (gameId: string) => {
      const { rows } = await site().analytics.db.execute<{ n: number }>(sql`
        select (select count(*) from analytics_game where id = ${gameId})::integer
          + (select count(*) from analytics_event where game_id = ${gameId})::integer
          + (select count(*) from analytics_day where game_id = ${gameId})::integer
          + (select count(*) from analytics_revenue where game_id = ${gameId})::integer as n`);
      return rows[0]?.n;
    };

    test("its person, whose export has it", async () => {
      const answer = await ada.request("GET", "/v1/me/export");
      const { tables } = z
        .object({ tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) })
        .parse(await answer.json());
      expect(tables.analytics_game).toMatchObject([{ id: place.gameId }]);
      const receipt = await ada.post("/v1/me/erase", { password }, erasureReceiptSchema);
      expect(receipt.rows).toMatchObject({ analytics_game: 1, analytics_event: raw.length });
      expect(await rowsLeft(place.gameId)).toBe(0);
    });

    test("its organization", async () => {
      const studio = await ada.post(
        "/v1/organizations",
        { name: "Studio", slug: `studio-${crypto.randomUUID()}`.slice(0, 30), kind: "studio" },
        organizationOfUserSchema,
      );
      const game = await site().analytics.gameOf(studio.id);
      const event: AnalyticsEventInput = {
        ...{ uuid: uuidAt("2026-09-20T10:00:00Z"), kind: "level", player: "p" },
        ...{ level: levelName(1), status: "start" },
      };
      await site().analytics.takeIn(game, [event]);
      expect(await rowsLeft(game.gameId)).toBe(3);
      await ada.post(`/v1/organizations/${studio.id}/delete`, undefined, doneSchema);
      expect(await rowsLeft(game.gameId)).toBe(0);
      expect(await rowsLeft(place.gameId)).toBeGreaterThan(3);
    });
  });
});
