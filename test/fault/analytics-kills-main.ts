import { spawnSync } from "node:child_process";
import process from "node:process";
import { parseArgs } from "node:util";

/** `npm run test:kills -- --n 1000`: the run of `analytics-kill.test.ts`, with as many kills as wanted. */
const { values } = parseArgs({ options: { n: { type: "string", default: "100" } } });
const kills = Number(values.n);
if (!Number.isInteger(kills) || kills < 1) {
  console.error("--n must be a whole number above 0");
  process.exit(1);
}
const { status } = spawnSync(
  "vitest",
  ["run", "--project", "fault", "test/fault/analytics-kill.test.ts"],
  { stdio: "inherit", env: { ...process.env, KILLS: String(kills) } },
);
process.exit(status ?? 1);
