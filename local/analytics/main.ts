import process from "node:process";
import { parseArgs } from "node:util";
import { createDb } from "../../db/client.ts";
import { findGame } from "../../db/queries/analytics-game.ts";
import {
  type Recount,
  recountAnalytics,
  repairAnalytics,
} from "../../db/queries/analytics-recount.ts";
import { completeFrom } from "../../db/queries/analytics-recount-from.ts";
import { envSchema } from "../../protocol/analytics/event.ts";

/**
 * `npm run analytics:recount -- --game ID [--env live] [--repair]`: counts a game's roll-ups anew
 * from raw rows, and says where they differ; with `--repair` it puts them right. It ends with 1 when
 * something differs and is not repaired.
 */

const usage = "npm run analytics:recount -- --game ID [--env live|sandbox] [--repair]";
const query_ms_max = 60_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      game: { type: "string" },
      env: { type: "string", default: "live" },
      repair: { type: "boolean", default: false },
    },
  });
  const env = envSchema.safeParse(values.env);
  if (values.game === undefined || !env.success) throw new Error(usage);
  const { DATABASE_URL: databaseUrl, NEON_FETCH_ENDPOINT: fetchEndpoint } = process.env;
  if (!databaseUrl)
    throw new Error(
      "DATABASE_URL is missing: set it to the connection string of the database to look into " +
        "(and NEON_FETCH_ENDPOINT, if it is not at Neon)",
    );
  const db = createDb({ databaseUrl, query_ms_max, ...(fetchEndpoint ? { fetchEndpoint } : {}) });
  const game = await findGame(db, values.game);
  if (game === undefined) throw new Error(`there is no game ${values.game}`);
  const place = { gameId: game.id, env: env.data };
  const rawFrom = completeFrom(game, env.data, Date.now());
  const differing = report(await recountAnalytics(db, place, rawFrom), rawFrom);
  if (differing === 0 || !values.repair) {
    process.exitCode = differing === 0 ? 0 : 1;
    return;
  }
  await repairAnalytics(db, place, rawFrom);
  console.log("repaired");
  process.exitCode = report(await recountAnalytics(db, place, rawFrom), rawFrom) === 0 ? 0 : 1;
}

/** @returns how many rows differ */
function report(recount: Recount, rawFrom: string): number {
  let differing = 0;
  for (const [table, { rows, samples }] of Object.entries(recount)) {
    console.log(`${table.padEnd(24)} ${rows === 0 ? "right" : `${rows} rows differ`}`);
    for (const { key, kept, counted } of samples)
      console.log(
        `  ${JSON.stringify(key)}: kept ${JSON.stringify(kept)}, counted ${JSON.stringify(counted)}`,
      );
    differing += rows;
  }
  console.log(`raw events and sessions are compared from ${rawFrom} on`);
  return differing;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
