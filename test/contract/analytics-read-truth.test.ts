import { beforeAll, describe, expect, test } from "vitest";
import { readFunnel } from "../../db/queries/analytics-funnel.ts";
import { readDays, readLevels } from "../../db/queries/analytics-metrics.ts";
import { recountAnalytics } from "../../db/queries/analytics-recount.ts";
import { readRetention } from "../../db/queries/analytics-retention.ts";
import type { AnalyticsPlace } from "../../db/queries/analytics-rollup.ts";
import { levelName } from "../analytics-truth/events.ts";
import type { PlannedSession } from "../analytics-truth/plan.ts";
import { funnelTruth, truthOf } from "../analytics-truth/truth.ts";
import { cohortSizes, makeWorld, returning } from "../analytics-truth/world.ts";
import { AnalyticsUnderTest } from "./analytics-read-world.ts";
import { onOneEngine } from "./neon-engines.ts";

/**
 * The whole stream on a real Postgres; where there is none a smaller world, for the embedded one is
 * slow. That both take events in alike is told by `analytics-ingest.test.ts`.
 */
const players = { PostgreSQL: 10_000, PGlite: 400 } as const;
const firstDate = "2026-09-01";
const range = { from: firstDate, to: "2026-10-01" };
const fill_ms_max = 600_000;

type Match = (sessions: readonly PlannedSession[]) => readonly number[];
const mark =
  (name: string): Match =>
  (sessions) =>
    sessions.flatMap(({ marks }) =>
      marks.filter((one) => one.name === name).map((one) => one.at_ms),
    );
const completed =
  (level: number): Match =>
  (sessions) =>
    sessions.flatMap(({ attempts }) =>
      attempts
        .filter((one) => one.level === level && one.outcome === "complete")
        .map((one) => one.start_ms + one.duration_ms),
    );
const began: Match = (sessions) => sessions.map(({ start_ms }) => start_ms);
const failed =
  (level: number): Match =>
  (sessions) =>
    sessions.flatMap(({ attempts }) =>
      attempts
        .filter((one) => one.level === level && one.outcome === "fail")
        .map((one) => one.start_ms + one.duration_ms),
    );
const bought: Match = (sessions) =>
  sessions.flatMap(({ purchases }) => purchases.map(({ at_ms }) => at_ms));

onOneEngine("a game's first month, taken in out of order and twice over", (gateway) => {
  let analytics: AnalyticsUnderTest;
  let place: AnalyticsPlace;
  const world = makeWorld({ seed: 20_260_901, players: players[gateway.kind], firstDate });
  const truth = truthOf(world);

  beforeAll(async () => {
    analytics = await AnalyticsUnderTest.start(gateway);
    place = await analytics.game();
    const began_ms = performance.now();
    await analytics.takeInWorld(place, world);
    const took_s = (performance.now() - began_ms) / 1000;
    console.log(`${gateway.kind}: ${world.players.length} players in ${took_s.toFixed(0)} s`);
  }, fill_ms_max);

  test("has the players, sessions and events of every day", async () => {
    const { days } = await readDays(analytics.db, place, range);
    expect(Object.fromEntries(days.map(({ day, ...figures }) => [day, figures]))).toEqual(
      Object.fromEntries(truth.days),
    );
    const newPlayers = days.reduce((sum, day) => sum + day.newPlayers, 0);
    expect(newPlayers).toBe(world.players.length);
  });

  test("has the money of every day and currency, refunds apart", async () => {
    const { revenue } = await readDays(analytics.db, place, range);
    const read = revenue.map(({ day, currency, verified_minor: _none, ...figures }) => [
      `${day} ${currency}`,
      figures,
    ]);
    expect(Object.fromEntries(read)).toEqual(Object.fromEntries(truth.revenue));
    expect(read.length).toBeGreaterThan(10);
  });

  test("has the difficulty of every level, and who gave up where", async () => {
    const levels = await readLevels(analytics.db, place, range, 1_000);
    const read = levels.map(({ level, timed: _timed, score: _score, scored, ...figures }) => {
      expect(scored).toBe(figures.completes);
      return [level, figures];
    });
    expect(Object.fromEntries(read)).toEqual(Object.fromEntries(truth.levels));
    expect(read.length).toBeGreaterThan(7);
  });

  test("has the retention that was prescribed, cohort by cohort", async () => {
    const ages = Array.from({ length: 30 }, (_, at) => at + 1);
    const rows = await readRetention(analytics.db, place, range, ages);
    const read = new Map<string, number[]>();
    for (const { day, age, players: back } of rows) {
      const cohort = read.get(day) ?? [];
      cohort[age] = back;
      read.set(day, cohort);
    }
    // Ages without anybody have no row; the truth says 0.
    const known = [...truth.cohorts].map(([day, back]) => [
      day,
      back.map((_, age) => read.get(day)?.[age] ?? 0),
    ]);
    expect(Object.fromEntries(known)).toEqual(Object.fromEntries(truth.cohorts));
    const sizes = cohortSizes(world.players.length);
    const d1 = sizes.map((size) => returning(size, 1));
    expect([...truth.cohorts].sort().map(([, back]) => back[1])).toEqual(d1);
  });

  describe("a funnel", () => {
    const cases = [
      {
        name: "through the tutorial to the first purchase",
        steps: [
          { kind: "event", name: "tutorial_begin" },
          { kind: "event", name: "tutorial_move" },
          { kind: "event", name: "tutorial_done" },
          { kind: "level", level: levelName(1), status: "complete" },
          { kind: "level", level: levelName(5), status: "complete" },
          { kind: "revenue" },
        ],
        matches: [
          ...[mark("tutorial_begin"), mark("tutorial_move"), mark("tutorial_done")],
          ...[completed(1), completed(5), bought],
        ],
      },
      {
        name: "of ten steps, in which one may be taken again and again",
        steps: [
          ...Array.from({ length: 5 }, () => ({ kind: "session_start" as const })),
          ...Array.from({ length: 4 }, () => ({
            ...{ kind: "level" as const, level: levelName(7), status: "fail" as const },
          })),
          { kind: "level", level: levelName(7), status: "complete" },
        ],
        matches: [
          ...Array.from({ length: 5 }, () => began),
          ...Array.from({ length: 4 }, () => failed(7)),
          completed(7),
        ],
      },
    ] as const;

    test.each(cases)("$name", async ({ steps, matches }) => {
      for (const window_h of [1, 24, 720]) {
        const query = { ...range, steps: [...steps], window_h };
        const read = await readFunnel(analytics.db, place, query);
        expect(read, `${window_h} h`).toEqual(funnelTruth(world, matches, window_h * 3_600_000));
        expect(read[0]).toBeGreaterThan(0);
      }
    });
  });

  test("is what a recount from the raw rows says", async () => {
    const recount = await recountAnalytics(analytics.db, place, firstDate);
    const differing = Object.entries(recount).filter(([, { rows }]) => rows > 0);
    expect(differing).toEqual([]);
    expect(Object.keys(recount)).toHaveLength(7);
  });
});
