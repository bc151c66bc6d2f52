import { execFile } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import type { AnalyticsPlace } from "../../db/queries/analytics-rollup.ts";
import { makeWorld } from "../analytics-truth/world.ts";
import { AnalyticsUnderTest } from "./analytics-read-world.ts";
import { onOneEngine } from "./neon-engines.ts";

const root = resolve(import.meta.dirname, "../..");
const day_ms = 86_400_000;
/** Each test starts several processes. */
const processes_ms_max = 120_000;
const firstDate = new Date(Date.now() - 40 * day_ms).toISOString().slice(0, 10);

onOneEngine("npm run analytics:recount", (gateway) => {
  let analytics: AnalyticsUnderTest;
  let place: AnalyticsPlace;

  beforeAll(async () => {
    analytics = await AnalyticsUnderTest.start(gateway);
    place = await analytics.game();
    await analytics.takeInWorld(place, makeWorld({ seed: 3, players: 20, firstDate }));
  }, 60_000);

  const recount = (...args: string[]) =>
    new Promise<{ code: number; text: string }>((done) => {
      const { databaseUrl: DATABASE_URL, fetchEndpoint: NEON_FETCH_ENDPOINT } = gateway.info;
      const env = { ...process.env, DATABASE_URL, NEON_FETCH_ENDPOINT };
      const command = ["local/analytics/main.ts", ...args];
      execFile(process.execPath, command, { cwd: root, env }, (error, out, err) =>
        done({ code: Number(error?.code ?? 0), text: out + err }),
      );
    });

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

    test("needs one that there is", async () => {
      expect(await recount()).toMatchObject({ code: 1 });
      const none = await recount("--game", "AAAAAAAAAAAAAAAA");
      expect(none).toEqual({ code: 1, text: "there is no game AAAAAAAAAAAAAAAA\n" });
    });
  });
});
