import type { Sheets } from "./compare.ts";
import type { MeteredPrice } from "./sheets/sheet.ts";
import { upstash2026 } from "./sheets/upstash.ts";

/** One price of the sheets, which may be read and replaced. */
export interface Price {
  /** `cloudflare.workerRequests`: stands in addresses of the page, so it stays. */
  readonly id: string;
  readonly vendor: "Cloudflare" | "Upstash" | "Neon" | "Railway";
  readonly side: "edge" | "container";
  /** What is bought, and how much of it for the price. */
  readonly text: string;
  readonly per: string;
  readonly read: (sheets: Sheets) => number;
  readonly write: (sheets: Sheets, price_usd: number) => Sheets;
}

type KeysOf<Sheet, Kind> = {
  [Key in keyof Sheet]: Sheet[Key] extends Kind ? Key : never;
}[keyof Sheet] &
  string;

const vendors = {
  cloudflare: ["Cloudflare", "edge"],
  upstash: ["Upstash", "edge"],
  neon: ["Neon", "edge"],
  railway: ["Railway", "container"],
} as const;

function metered<Name extends keyof Sheets>(
  name: Name,
  key: KeysOf<Sheets[Name], MeteredPrice>,
  text: string,
  per: string,
): Price {
  const [vendor, side] = vendors[name];
  const priceIn = (sheets: Sheets) => sheets[name][key] as MeteredPrice;
  return {
    id: `${name}.${key}`,
    vendor,
    side,
    text,
    per,
    read: (sheets) => priceIn(sheets).price_usd,
    write: (sheets, price_usd) => ({
      ...sheets,
      [name]: { ...sheets[name], [key]: { ...priceIn(sheets), price_usd } },
    }),
  };
}

function plain<Name extends keyof Sheets>(
  name: Name,
  key: KeysOf<Sheets[Name], number>,
  text: string,
  per: string,
): Price {
  const [vendor, side] = vendors[name];
  return {
    id: `${name}.${key}`,
    vendor,
    side,
    text,
    per,
    read: (sheets) => sheets[name][key] as number,
    write: (sheets, price_usd) => ({ ...sheets, [name]: { ...sheets[name], [key]: price_usd } }),
  };
}

/** The fees of Upstash's fixed plans, on the smallest of which busy services end. */
const redisFixed = upstash2026.fixed.map(
  ({ storage_gb }, index): Price => ({
    id: index === 0 ? "upstash.fixed" : `upstash.fixed.${storage_gb}`,
    vendor: "Upstash",
    side: "edge",
    text: `Redis, fixed plan of ${storage_gb} GB`,
    per: "a month",
    read: ({ upstash }) => upstash.fixed[index]?.fee_usd ?? 0,
    write: (sheets, fee_usd) => {
      const fixed = sheets.upstash.fixed.map((plan, at) =>
        at === index ? { ...plan, fee_usd } : plan,
      );
      return { ...sheets, upstash: { ...sheets.upstash, fixed } };
    },
  }),
);

/** Every price that a bill may depend on. */
export const prices: readonly Price[] = [
  plain("cloudflare", "fee_usd", "Workers plan", "a month"),
  metered("cloudflare", "workerRequests", "Worker requests", "a million"),
  metered("cloudflare", "workerCpu_ms", "Worker CPU", "a million ms"),
  metered("cloudflare", "objectRequests", "Room requests", "a million"),
  metered("cloudflare", "objectDuration_gb_s", "Rooms awake", "a million GB-s"),
  metered("cloudflare", "rowsRead", "Room rows read", "a million"),
  metered("cloudflare", "rowsWritten", "Room rows written", "a million"),
  metered("cloudflare", "objectStorage_gb", "Room storage", "a GB-month"),
  metered("cloudflare", "queueOperations", "Queue operations", "a million"),
  metered("cloudflare", "fileWrites", "Files written", "a million"),
  metered("cloudflare", "fileReads", "Files read", "a million"),
  metered("cloudflare", "filesStorage_gb", "Files stored", "a GB-month"),
  metered("cloudflare", "logs_gb", "Logs", "a GB"),
  metered("upstash", "commands", "Redis commands", "100,000"),
  ...redisFixed,
  metered("upstash", "storage_gb", "Redis storage", "a GB-month"),
  metered("upstash", "bandwidth_gb", "Redis bandwidth", "a GB"),
  metered("neon", "compute_cu_h", "Postgres awake", "a CU-hour"),
  metered("neon", "storage_gb", "Postgres storage", "a GB-month"),
  metered("neon", "egress_gb", "Postgres egress", "a GB"),
  plain("railway", "memory_gb_month_usd", "Container memory", "a GB-month"),
  plain("railway", "cpu_month_usd", "Container CPU", "a core-month"),
  plain("railway", "volume_gb_month_usd", "Container volume", "a GB-month"),
  plain("railway", "egress_gb_usd", "Container egress", "a GB"),
];
