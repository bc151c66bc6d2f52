import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import type { AnalyticsPlace } from "../../db/queries/analytics-rollup.ts";
import { makeWorld } from "../analytics-truth/world.ts";
import { runScript } from "../command.ts";
import { AnalyticsUnderTest } from "./analytics-read-world.ts";
import { onOneEngine } from "./neon-engines.ts";

const day_ms = 86_400_000;
/** Each test starts several processes. */
const processes_ms_max = 120_000;
const dateBefore = (days: number) =>
  new Date(Date.now() - days * day_ms).toISOString().slice(0, 10);
const firstDate = dateBefore(40);

onOneEngine("npm run analytics:recount", (gateway) => {
  let analytics: AnalyticsUnderTest;
  let place: AnalyticsPlace;

  beforeAll(async () => {
    analytics = await AnalyticsUnderTest.start(gateway);
    place = await analytics.game();
    await analytics.takeInWorld(place, makeWorld({ seed: 3, players: 20, firstDate }));
  }, 60_000);

  const recount = async (...args: string[]) => {
    const { databaseUrl: DATABASE_URL, fetchEndpoint: NEON_FETCH_ENDPOINT } = gateway.info;
    const addresses = { DATABASE_URL, NEON_FETCH_ENDPOINT };
    const { code, text } = await runScript("local/analytics/main.ts", args, addresses);
    return { code, text };
  };

  describe("of a game", { timeout: processes_ms_max }, () => {
    test("says that all is right, or what is not, and puts it right when asked to", async () => {
      const game = ["--game", place.gameId];
      const right = await recount(...game);
      expect(right.text).toMatch(/analytics_day +right/);
      expect(right.code).toBe(0);
      await analytics.db.execute(
        sql`update analytics_day set events = events + 1 where game_id = ${place.gameId}`,
      );
      const wrong = await recount(...game);
      expect(wrong.text).toMatch(/analytics_day +\d+ rows differ\n +\{"day"/);
      expect(wrong.code).toBe(1);
      const repaired = await recount(...game, "--repair");
      expect(repaired.text).toMatch(/repaired\n(.|\n)*analytics_day +right/);
      expect(repaired.code).toBe(0);
    });

    test("changes no day that is older than its raw rows, though it kept them for less time once", async () => {
      const { db } = analytics;
      const old = await analytics.game();
      await analytics.takeInWorld(
        old,
        makeWorld({ seed: 4, players: 20, firstDate: dateBefore(80) }),
      );
      // 7 days at first, 90 from 37 days ago on, a year for a week now: its row knows of the last two.
      await db.execute(sql`update analytics_game set retention_days = 365,
        retention_days_before = 90, retention_from = ${dateBefore(5)} where id = ${old.gameId}`);
      for (const table of ["analytics_event", "analytics_session"])
        await db.execute(sql`delete from ${sql.identifier(table)}
          where game_id = ${old.gameId} and day < ${dateBefore(37)}`);
      const figures = async () => {
        const { rows } = await db.execute(sql`select day, events, sessions, session_ms, players
          from analytics_day where game_id = ${old.gameId} order by day`);
        return rows;
      };
      const before = await figures();
      const answer = await recount("--game", old.gameId, "--repair");
      expect(answer.code).toBe(0);
      expect(answer.text).not.toContain("repaired");
      expect(await figures()).toEqual(before);
    });

    test("needs one that there is", async () => {
      expect(await recount()).toMatchObject({ code: 1 });
      const none = await recount("--game", "AAAAAAAAAAAAAAAA");
      expect(none).toEqual({ code: 1, text: "there is no game AAAAAAAAAAAAAAAA\n" });
    });
  });
});
