import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { basisOf, breakEvens, compare, type Terms } from "./compare.ts";
import { type Bill, numberText } from "./line.ts";
import { measureCommand } from "./measured.ts";
import { kept_months_max, usualData } from "./month.ts";
import { newestMeasurement } from "./newest.ts";
import { type Scenario, scenarioNames, scenarioOf, users_max, users_min } from "./scenario.ts";
import { sensitivities } from "./sensitivity.ts";
import { type NeonSheet, neonLaunch2026, neonScale2026 } from "./sheets/neon.ts";
import { summaryOf, trustedUsers_max } from "./summary.ts";
import {
  breakEvenTexts,
  dominanceText,
  freePlanText,
  moneyText,
  peopleText,
  percentText,
  shareOf,
  verdictOf,
} from "./words.ts";

/**
 * `npm run cost -- --scenario watch-evening --users 1000`: both bills of a month, line by line, where
 * the cheaper side changes, and what the edge's bill depends on most.
 */

const results = join(import.meta.dirname, "..", "bench", "results");
const usage = `Usage: npm run cost -- --scenario NAME --users PEOPLE [--rounded] [--plan hobby|pro] [--neon launch|scale] [--redis-gb GB] [--postgres-gb GB] [--kept-months N]
NAME is one of: ${scenarioNames.join(", ")}
PEOPLE is how many are there in the busiest hour, ${users_min} to ${users_max};
what they add to Postgres is kept for ${usualData.kept_months} months, or as many as you say.`;

const neonSheets: Readonly<Record<string, NeonSheet>> = {
  launch: neonLaunch2026,
  scale: neonScale2026,
};

function read(): { scenario: Scenario; name: string; terms: Terms } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        scenario: { type: "string" },
        users: { type: "string" },
        rounded: { type: "boolean", default: false },
        plan: { type: "string", default: "hobby" },
        neon: { type: "string", default: "launch" },
        "redis-gb": { type: "string", default: String(usualData.redis_gb) },
        "postgres-gb": { type: "string", default: String(usualData.postgres_gb) },
        "kept-months": { type: "string", default: String(usualData.kept_months) },
      },
    });
    const name = values.scenario ?? "";
    const users = Number(values.users);
    const scenario = scenarioOf(name, users);
    const counted = Number.isInteger(users) && users >= users_min && users <= users_max;
    const { plan } = values;
    const neon = neonSheets[values.neon];
    const data = {
      redis_gb: Number(values["redis-gb"]),
      postgres_gb: Number(values["postgres-gb"]),
      kept_months: Number(values["kept-months"]),
    };
    if (!scenario || !counted || !neon || (plan !== "hobby" && plan !== "pro")) return undefined;
    if (!Object.values(data).every((amount) => amount >= 0 && Number.isFinite(amount)))
      return undefined;
    if (data.kept_months > kept_months_max) return undefined;
    const rounding = values.rounded ? "rounded" : "exact";
    return { scenario, name, terms: { rounding, plan, neon, data } };
  } catch {
    return undefined;
  }
}

function print(title: string, bill: Bill): void {
  console.log(`\n${title}: ${moneyText(bill.total_usd)} a month. ${dominanceText(bill)}`);
  for (const line of bill.lines) {
    const { item, quantity, unit, usd, explained } = line;
    const share = usd > 0 ? percentText(shareOf(line, bill)) : "";
    const count = `${numberText(quantity)} ${unit}`;
    console.log(
      `${moneyText(usd).padStart(10)} ${share.padStart(9)}  ${item.padEnd(22)} ${count.padEnd(30)} ${explained}`,
    );
  }
}

/** @throws Error with a sentence for the person at the keyboard */
async function main(): Promise<number> {
  const asked = read();
  if (asked === undefined) {
    console.error(usage);
    return 1;
  }
  const { scenario, name, terms } = asked;
  const measurement = await newestMeasurement(results);
  if (measurement === undefined)
    throw new Error(`Nothing has been measured yet. Measure with: ${measureCommand}`);
  const summary = summaryOf(measurement);
  const basis = basisOf(summary, terms);
  const comparison = compare(scenario, basis);
  console.log(
    `${name}, ${peopleText(scenario.users)} in the busiest hour; measured on ${measurement.date}.`,
  );
  const trusted_max = trustedUsers_max(summary, scenario.modules);
  if (scenario.users > trusted_max)
    console.log(`Beyond ${peopleText(trusted_max)} this is extrapolated from what was measured.`);
  print("Offrail at the edge", comparison.edge);
  print("The old design on Railway", comparison.container);
  console.log(`\n${verdictOf(comparison).text} ${freePlanText(comparison)}`);
  for (const sentence of breakEvenTexts(breakEvens(scenario, basis))) console.log(sentence);
  console.log("\nA tenth more of each, and what it adds to the bill:");
  for (const { of, kind, side, change_usd } of sensitivities(scenario, basis).slice(0, 12))
    console.log(moneyText(change_usd).padStart(10), side.padEnd(9), `${kind} of ${of}`);
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});
