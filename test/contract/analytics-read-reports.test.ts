import { beforeAll, describe, expect, test } from "vitest";
import type { AnalyticsPlace } from "../../db/queries/analytics-rollup.ts";
import {
  errorsReportSchema,
  explorerPageSchema,
  funnelReportSchema,
  levelsReportSchema,
  overviewReportSchema,
  retentionAges,
  retentionReportSchema,
} from "../../protocol/analytics/reports.ts";
import { organizationOfUserSchema } from "../../protocol/identity/organization.ts";
import { eventsOf, levelName } from "../analytics-truth/events.ts";
import { truthOf } from "../analytics-truth/truth.ts";
import { makeWorld } from "../analytics-truth/world.ts";
import { type AnalyticsSite, onAnalyticsSite } from "./analytics-read-site.ts";
import { refusal, type Visitor } from "./identity-visitor.ts";

const firstDate = "2026-09-01";
const range = `from=${firstDate}&to=2026-10-01`;
const world = makeWorld({ seed: 5, players: 120, firstDate });
const truth = truthOf(world);

onAnalyticsSite("the reports of a game", (site: () => AnalyticsSite) => {
  let ada: Visitor;
  let place: AnalyticsPlace;
  let path = "";

  beforeAll(async () => {
    ada = site().visitor();
    place = await site().analytics.game((await ada.signUp()).id);
    path = `/v1/analytics/games/${place.gameId}`;
    await site().analytics.takeInWorld(place, world);
  }, 120_000);

  test("tell of every day of the range, of those without anything too", async () => {
    const asked = `${path}/overview?from=2026-08-31&to=2026-10-02`;
    const { days, total } = await ada.get(asked, overviewReportSchema);
    expect(days).toHaveLength(33);
    expect(days[0]).toMatchObject({ day: "2026-08-31", players: 0, revenue: [] });
    expect(days[1]).toMatchObject(truth.days.get("2026-09-01") ?? { missing: true });
    expect(total.newPlayers).toBe(120);
    const players = [...truth.days.values()].reduce((sum, day) => sum + day.players, 0);
    expect(total.playerDays).toBe(players);
    const [first] = total.revenue;
    const net_minor = (first?.purchased_minor ?? 0) - (first?.refunded_minor ?? 0);
    expect(first?.arpdau_minor).toBeCloseTo(net_minor / players, 9);
    expect(total.revenue.map(({ currency }) => currency)).toEqual(["EUR", "JPY", "USD"]);
  });

  test("tell how hard levels are, in the order in which people count", async () => {
    const { levels, more } = await ada.get(`${path}/levels?${range}`, levelsReportSchema);
    expect(more).toBe(false);
    expect(levels.map(({ level }) => level)).toEqual([...truth.levels.keys()].sort());
    const wall = truth.levels.get(levelName(7));
    const read = levels.find(({ level }) => level === levelName(7));
    if (wall === undefined || read === undefined) throw new Error("nobody got to level 7");
    const ended = wall.completes + wall.fails + wall.quits;
    expect(read.winRate).toBeCloseTo(wall.completes / ended, 9);
    expect(read.attemptsToWin).toBeCloseTo(wall.winAttempts / wall.winners, 9);
    expect(read.dropOff).toBeCloseTo((wall.players - wall.passed) / wall.players, 9);
    expect(read.attempt_ms).toBeCloseTo(wall.duration_ms / ended, 9);
  });

  test("leave cohorts out that are too young to say", async () => {
    const at = site().now_ms;
    site().now_ms = Date.parse("2026-09-10T23:00:00Z");
    const asked = `${path}/retention?from=${firstDate}&to=2026-09-30`;
    const report = await ada.get(asked, retentionReportSchema);
    const back = (day: string, age: number) =>
      report.cohorts.find((cohort) => cohort.day === day)?.back[retentionAges.indexOf(age as 1)];
    // Its eighth day, the 9th, is over; the 10th is not.
    expect(back("2026-09-02", 7)).toBe(truth.cohorts.get("2026-09-02")?.[7] ?? 0);
    expect(back("2026-09-03", 7)).toBeNull();
    expect(back("2026-09-01", 30)).toBeNull();
    const d7 = report.total[retentionAges.indexOf(7)];
    const old = ["2026-09-01", "2026-09-02"].map((day) => truth.cohorts.get(day) ?? []);
    expect(d7).toMatchObject({
      players: old.reduce((sum, cohort) => sum + (cohort[0] ?? 0), 0),
      back: old.reduce((sum, cohort) => sum + (cohort[7] ?? 0), 0),
    });
    site().now_ms = Date.parse("2026-10-02T00:00:00Z");
    const late = await ada.get(asked, retentionReportSchema);
    site().now_ms = at;
    expect(late.total.at(-1)?.players).toBe(truth.cohorts.get("2026-09-01")?.[0]);
  });

  test("tell how far players get, step by step", async () => {
    const steps = [
      { kind: "event", name: "tutorial_begin" },
      { kind: "event", name: "tutorial_done" },
      { kind: "level", level: levelName(1), status: "complete" },
    ];
    const asked = { from: firstDate, to: "2026-10-01", window_h: 24, steps };
    const report = await ada.post(`${path}/funnel`, asked, funnelReportSchema);
    const [first, second, third] = report.steps;
    expect(first).toMatchObject({ players: 120, ofFirst: 1, ofPrevious: null });
    expect(second?.players).toBeLessThan(120);
    expect(third?.ofPrevious).toBeCloseTo((third?.players ?? 0) / (second?.players ?? 1), 9);
    const one = ada.request("POST", `${path}/funnel`, { ...asked, steps: steps.slice(1, 2) });
    expect(await refusal(one)).toEqual({ status: 400, code: "bad_request" });
    const long = ada.request("POST", `${path}/funnel`, { ...asked, from: "2026-01-01" });
    expect(await refusal(long)).toEqual({ status: 400, code: "bad_request" });
  });

  test("count errors by name", async () => {
    const { errors } = await ada.get(`${path}/errors?${range}`, errorsReportSchema);
    const counted = errors.reduce((sum, error) => sum + error.count, 0);
    const happened = [...truth.days.values()].reduce((sum, day) => sum + day.errors, 0);
    expect(counted).toBe(happened);
    expect(errors[0]?.message).toMatch(/it broke: /);
  });

  test("refuse a range that makes no sense", async () => {
    for (const asked of [
      "from=2026-09-02&to=2026-09-01",
      "from=2020-01-01&to=2026-01-01",
      "from=soon&to=now",
    ])
      for (const report of ["overview", "levels", "retention", "errors", "events", "export"])
        expect(await refusal(ada.request("GET", `${path}/${report}?${asked}`)), asked).toEqual({
          status: 400,
          code: "bad_request",
        });
  });

  describe("the explorer", () => {
    test("walks all raw events from the newest to the oldest, each once", async () => {
      const uuids: string[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const behind = cursor === "" ? "" : `&cursor=${cursor}`;
        const asked: string = `${path}/events?${range}&limit=200${behind}`;
        const page = await ada.get(asked, explorerPageSchema);
        uuids.push(...page.events.map(({ uuid }) => uuid));
        cursor = page.cursor;
      }
      const sent = [...eventsOf(world)].filter(
        ({ kind }) => kind !== "heartbeat" && kind !== "revenue",
      );
      expect(uuids).toEqual(
        sent
          .map(({ uuid }) => uuid)
          .sort()
          .reverse(),
      );
    });

    test("shows what fits all that is asked", async () => {
      const player = "player-00003";
      const query = `${path}/events?${range}&kind=level&player=${player}&level=${levelName(1)}`;
      const { events, cursor } = await ada.get(query, explorerPageSchema);
      expect(cursor).toBeNull();
      expect(events.length).toBeGreaterThan(0);
      for (const event of events)
        expect(event).toMatchObject({ player, kind: "level", level: levelName(1) });
      const sandbox = await ada.get(`${path}/events?${range}&env=sandbox`, explorerPageSchema);
      expect(sandbox.events).toEqual([]);
    });
  });

  describe("who may look", () => {
    const asked = ["overview", "levels", "retention", "errors", "events"];

    test("is nobody from outside, who learns not even that there is such a game", async () => {
      const eve = site().visitor();
      for (const report of asked)
        expect(await refusal(eve.request("GET", `${path}/${report}?${range}`))).toMatchObject({
          status: 401,
        });
      await eve.signUp();
      for (const report of [...asked, "export"])
        expect(await refusal(eve.request("GET", `${path}/${report}?${range}`))).toEqual({
          status: 404,
          code: "not_found",
        });
      const none = "/v1/analytics/games/AAAAAAAAAAAAAAAA";
      expect(await refusal(ada.request("GET", `${none}/overview?${range}`))).toMatchObject({
        status: 404,
      });
    });

    test("is every member of the game's organization; exports and erasures are for admins", async () => {
      const owner = site().visitor();
      await owner.signUp();
      const studio = await owner.post(
        "/v1/organizations",
        { name: "Studio", slug: `studio-${Date.now()}`, kind: "studio" },
        organizationOfUserSchema,
      );
      const game = await site().analytics.gameOf(studio.id);
      const member = site().visitor();
      await site().analytics.join(studio.id, (await member.signUp()).id, "member");
      const its = `/v1/analytics/games/${game.gameId}`;
      for (const report of asked)
        expect((await member.request("GET", `${its}/${report}?${range}`)).status).toBe(200);
      expect(await refusal(member.request("GET", `${its}/export?${range}`))).toEqual({
        status: 403,
        code: "not_allowed",
      });
      const erase = member.request("POST", `${its}/erase`, { player: "p" });
      expect(await refusal(erase)).toEqual({ status: 403, code: "not_allowed" });
      expect((await owner.request("GET", `${its}/export?${range}`)).status).toBe(200);
    });
  });
});
