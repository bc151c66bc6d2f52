import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { basisOf, breakEvens, compare, type Terms } from "./compare.ts";
import { type Bill, numberText } from "./line.ts";
import { type Measurement, measurementSchema } from "./measured.ts";
import { type Scenario, scenarioNames, scenarioOf, users_max, users_min } from "./scenario.ts";
import { sensitivities } from "./sensitivity.ts";
import { type NeonSheet, neonLaunch2026, neonScale2026 } from "./sheets/neon.ts";

/**
 * `npm run cost -- --scenario watch-evening --users 1000`: both bills of a month, line by line, where
 * the cheaper side changes, and what the edge's bill depends on most.
 */

const results = join(import.meta.dirname, "..", "bench", "results");
const usage = `Usage: npm run cost -- --scenario NAME --users N [--rounded] [--plan hobby|pro] [--neon launch|scale]
NAME is one of: ${scenarioNames.join(", ")}
N is the number of people in the busiest hour, ${users_min} to ${users_max}.`;

/** @throws Error with a sentence for the person at the keyboard */
async function newestMeasurement(): Promise<Measurement> {
  const names = (await readdir(results).catch(() => []))
    .filter((name) => /^\d{4}-\d{2}-\d{2}\.json$/.test(name))
    .sort();
  const newest = names.at(-1);
  if (newest === undefined)
    throw new Error("Nothing has been measured yet. Measure with: npm run -s bench -- all");
  return measurementSchema.parse(JSON.parse(await readFile(join(results, newest), "utf8")));
}

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
      },
    });
    const name = values.scenario ?? "";
    const users = Number(values.users);
    const scenario = scenarioOf(name, users);
    const counted = Number.isInteger(users) && users >= users_min && users <= users_max;
    const { plan } = values;
    const neon = neonSheets[values.neon];
    if (!scenario || !counted || !neon || (plan !== "hobby" && plan !== "pro")) return undefined;
    const rounding = values.rounded ? "rounded" : "exact";
    return { scenario, name, terms: { rounding, plan, neon } };
  } catch {
    return undefined;
  }
}

function print(title: string, bill: Bill): void {
  console.log(`\n${title}: $${bill.total_usd.toFixed(2)} a month`);
  for (const { item, quantity, unit, usd, explained } of bill.lines) {
    const share = bill.total_usd > 0 ? `${Math.round((100 * usd) / bill.total_usd)} %` : "";
    const amount = `$${usd.toFixed(2)}`.padStart(10);
    const count = `${numberText(quantity)} ${unit}`;
    console.log(
      `${amount} ${share.padStart(5)}  ${item.padEnd(22)} ${count.padEnd(30)} ${explained}`,
    );
  }
}

async function main(): Promise<number> {
  const asked = read();
  if (asked === undefined) {
    console.error(usage);
    return 1;
  }
  const { scenario, name, terms } = asked;
  const measurement = await newestMeasurement();
  const basis = basisOf(measurement, terms);
  const { edge, container } = compare(scenario, basis);
  console.log(
    `${name}, ${scenario.users} people in the busiest hour; measured on ${measurement.date}.`,
  );
  print("Offrail at the edge", edge);
  print("The old design on Railway", container);
  const saved_usd = container.total_usd - edge.total_usd;
  console.log(
    saved_usd >= 0
      ? `\nThe edge is cheaper by $${saved_usd.toFixed(2)} a month.`
      : `\nThe container is cheaper by $${(-saved_usd).toFixed(2)} a month.`,
  );
  const [first, ...crossings] = breakEvens(scenario, basis);
  console.log(`With one person: ${first?.cheaper} is cheaper.`);
  for (const { users, cheaper } of crossings)
    console.log(`From ${users.toLocaleString("en-US")} people on: ${cheaper} is cheaper.`);
  console.log("\nA tenth more of each, and what it adds to the edge's bill:");
  for (const { of, kind, change_usd } of sensitivities(scenario, basis).slice(0, 10))
    console.log(`$${change_usd.toFixed(2)}`.padStart(10), `${kind} ${of}`);
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});
