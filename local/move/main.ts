import process from "node:process";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { Client } from "pg";
import { createDb } from "../../db/client.ts";
import { moveAnalytics } from "./analytics.ts";
import { moveBack } from "./back.ts";
import { moveMatch } from "./match.ts";
import type { Moved } from "./pages.ts";
import { lookAtRedis } from "./redis.ts";
import { compareDatabases } from "./verify.ts";

/**
 * `npm run move -- copy|compare|back`: brings the data of a deployment of the old design to ours, by
 * `OLD_DATABASE_URL` and `DATABASE_URL`. `docs/moving.md` says in which order and what becomes of
 * what. `compare` ends with 1 when something differs. `npm run move -- redis` looks at what lies in the
 * old Redis, by `OLD_REDIS_URL`, and ends with 1 while something of it would be missed.
 */

const usage = `npm run move -- copy --owner USER_ID [--module match|analytics] [--since MOMENT]
npm run move -- compare
npm run move -- back --since MOMENT
npm run move -- redis`;
const query_ms_max = 60_000;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      owner: { type: "string" },
      module: { type: "string" },
      since: { type: "string" },
    },
  });
  if (positionals[0] === "redis") return await reportRedis(process.env.OLD_REDIS_URL);
  const { OLD_DATABASE_URL: oldUrl, DATABASE_URL: databaseUrl } = process.env;
  const fetchEndpoint = process.env.NEON_FETCH_ENDPOINT;
  if (!oldUrl || !databaseUrl)
    throw new Error("OLD_DATABASE_URL and DATABASE_URL say where from and where to");
  const since = new Date(values.since ?? 0);
  if (Number.isNaN(since.getTime())) throw new Error(`--since is no moment\n${usage}`);
  const { module, owner } = values;
  // Before anything is copied: half a copy would look like a whole one.
  if (positionals[0] === "copy" && module !== "match" && owner === undefined)
    throw new Error(`games need an owner\n${usage}`);
  const from = new Client({ connectionString: oldUrl });
  const db = createDb({ databaseUrl, query_ms_max, ...(fetchEndpoint ? { fetchEndpoint } : {}) });
  await from.connect();
  try {
    switch (positionals[0]) {
      case "copy": {
        if (module !== "analytics") report(await moveMatch(from, db, since));
        if (owner !== undefined && module !== "match")
          report(await moveAnalytics(from, db, owner, since));
        return;
      }
      case "compare": {
        const compared = await compareDatabases(from, db);
        for (const { what, old, moved, same } of compared)
          console.log(
            `${what.padEnd(14)} ${same ? "same" : "DIFFERENT"}: ${old.rows} and ${moved.rows} rows, sums ${old.sum} and ${moved.sum}`,
          );
        process.exitCode = compared.every(({ same }) => same) ? 0 : 1;
        return;
      }
      case "back":
        if (values.since === undefined) throw new Error(`since the cut-over\n${usage}`);
        report(await moveBack(from, db, since));
        return;
      default:
        throw new Error(usage);
    }
  } finally {
    await from.end();
  }
}

async function reportRedis(url: string | undefined): Promise<void> {
  if (!url) throw new Error("OLD_REDIS_URL says where the old Redis is");
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: null });
  // What went wrong is told by what waits for it.
  redis.on("error", () => {});
  try {
    await redis.connect().catch(() => {
      throw new Error("no Redis answers at OLD_REDIS_URL");
    });
    const found = await lookAtRedis(redis);
    for (const { what, keys, lasts_s } of found) {
      const lasts = lasts_s === null ? ", not all of which end" : `, the last ends in ${lasts_s} s`;
      console.log(`${what.padEnd(14)} ${keys}${keys === 0 ? "" : lasts}`);
    }
    process.exitCode = found.some(({ keys, missed }) => missed && keys > 0) ? 1 : 0;
  } finally {
    redis.disconnect();
  }
}

function report(moved: readonly Moved[]): void {
  for (const { what, read, added } of moved)
    console.log(`${what.padEnd(14)} ${read} read, ${added} new or changed`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
