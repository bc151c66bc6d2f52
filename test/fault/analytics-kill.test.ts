import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../platform/testing/random.ts";
import { onEachEngine } from "../contract/neon-engines.ts";
import { runKills } from "./analytics-kills.ts";
import { AnalyticsWorld } from "./analytics-world.ts";

/** `npm run test:kills -- --n 1000` asks for more. Each round has a game of its own. */
const kills = Number(process.env.KILLS) || 20;
const round_kills_max = 20;
const round_ms_max = 600_000;
const rounds = Math.ceil(kills / round_kills_max);
const seed = Number(process.env.SEED) || Date.now() % 2_000_000_000;

onEachEngine("analytics while the Worker and the database die", (gateway) => {
  let world: AnalyticsWorld;

  beforeAll(async () => {
    world = await AnalyticsWorld.start(gateway.info);
  }, 120_000);
  afterAll(() => world?.stop());

  test.each(Array.from({ length: rounds }, (_, round) => round))(
    "kills at any moment lose nothing that was acknowledged, double nothing, and leave roll-ups right (round %i)",
    async (round) => {
      const roundSeed = seed + round * 1_000;
      console.log(`replay with SEED=${roundSeed}`);
      const random = seededRandom(roundSeed);
      const game = await world.newGame({ flushEvery_s: 1, flushEvents: 200 });
      const killDatabase = async () => {
        await gateway.server.kill();
        await pause(random.below(1_500));
        await gateway.server.start();
      };
      const roundKills = Math.min(round_kills_max, kills - round * round_kills_max);
      const { kept, expected, ...report } = await runKills(world, game, {
        kills: roundKills,
        seed: roundSeed,
        killDatabase: gateway.kind === "PostgreSQL" ? killDatabase : undefined,
      }).catch((error: unknown) => {
        // A run of hours tells its failures only at its end.
        console.log(`the round ended early: ${error}`);
        throw error;
      });
      const rollUpsEqual = isDeepStrictEqual(kept, expected);
      console.log(JSON.stringify({ ...report, rollUpsEqual }));
      expect(report).toMatchObject({ kills: roundKills, lost: 0, duplicates: 0 });
      expect(report.unanswered).toBeGreaterThan(0);
      expect(kept).toEqual(expected);
    },
    round_ms_max,
  );
});
