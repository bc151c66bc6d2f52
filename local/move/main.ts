import process from "node:process";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { createDb } from "../../db/client.ts";
import { moveAnalytics } from "./analytics.ts";
import { moveBack } from "./back.ts";
import { moveMatch } from "./match.ts";
import type { Moved } from "./pages.ts";
import { compareDatabases } from "./verify.ts";

/**
 * `npm run move -- copy|compare|back`: brings the data of a deployment of the old design to ours, by
 * `OLD_DATABASE_URL` and `DATABASE_URL`. `docs/moving.md` says in which order and what becomes of
 * what. `compare` ends with 1 when something differs.
 */

const usage = `npm run move -- copy --owner USER_ID [--module match|analytics] [--since MOMENT]
npm run move -- compare
npm run move -- back --since MOMENT`;
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

function report(moved: readonly Moved[]): void {
  for (const { what, read, added } of moved)
    console.log(`${what.padEnd(14)} ${read} read, ${added} new or changed`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
