import {
  type Bill,
  type BillLine,
  billOf,
  meteredLine,
  numberText,
  type Rounding,
} from "./line.ts";
import type { CloudflareSheet } from "./sheets/cloudflare.ts";
import type { NeonSheet } from "./sheets/neon.ts";
import type { UpstashSheet } from "./sheets/upstash.ts";

/** What may have a part that is used as long as anybody is there, however many they are. */
type Countable =
  | "workerRequests"
  | "workerCpu_ms"
  | "roomRequests"
  | "socketMessagesIn"
  | "roomAwake_s"
  | "rowsRead"
  | "rowsWritten"
  | "queueOperations"
  | "fileWrites"
  | "fileReads"
  | "redisCommands";

/** What Offrail uses in a month, in the units that are billed. */
export interface EdgeUsage {
  /** How much of each is fixed, and among it already. */
  readonly fixed?: Readonly<Record<Countable, number>>;
  /** How many of the Redis commands the meter takes to write its numbers down. */
  readonly redisCommandsOfMeter?: number;
  readonly workerRequests: number;
  readonly workerCpu_ms: number;
  /** Sockets, function requests and alarms that rooms took. */
  readonly roomRequests: number;
  readonly socketMessagesIn: number;
  /** How long objects were awake, all together. */
  readonly roomAwake_s: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly roomStorage_gb: number;
  readonly queueOperations: number;
  readonly fileWrites: number;
  readonly fileReads: number;
  readonly filesStorage_gb: number;
  readonly logs_gb: number;
  readonly redisCommands: number;
  readonly redisStorage_gb: number;
  readonly redisBandwidth_gb: number;
  readonly postgresCompute_cu_h: number;
  readonly postgresStorage_gb: number;
  readonly postgresEgress_gb: number;
}

export interface EdgeSheets {
  readonly cloudflare: CloudflareSheet;
  readonly upstash: UpstashSheet;
  readonly neon: NeonSheet;
}

/** What a month at the edge costs, line by line. */
export function edgeBill(usage: EdgeUsage, sheets: EdgeSheets, rounding: Rounding): Bill {
  return billOf([
    ...cloudflareLines(usage, sheets.cloudflare, rounding),
    ...redisLines(usage, sheets.upstash, rounding),
    ...postgresLines(usage, sheets.neon, rounding),
  ]);
}

/** Requests that objects are billed for: incoming socket messages count a twentieth each. */
export function objectRequests(
  usage: Pick<EdgeUsage, "roomRequests" | "socketMessagesIn">,
  sheet: CloudflareSheet,
): number {
  return usage.roomRequests + usage.socketMessagesIn / sheet.messagesPerObjectRequest;
}

function cloudflareLines(
  usage: EdgeUsage,
  sheet: CloudflareSheet,
  rounding: Rounding,
): readonly BillLine[] {
  const vendor = "Cloudflare";
  const line = (
    item: string,
    unit: string,
    quantity: number,
    price: Parameters<typeof meteredLine>[1],
    fixed = 0,
  ) => withParts(meteredLine({ vendor, item, unit, quantity }, price, rounding), { fixed });
  const { objectMemory_gb } = sheet;
  const { fixed } = usage;
  return [
    {
      vendor,
      item: "Workers plan",
      quantity: 1,
      unit: "month",
      usd: sheet.fee_usd,
      explained: "the fee that the allowances come with",
    },
    line(
      "Worker requests",
      "requests",
      usage.workerRequests,
      sheet.workerRequests,
      fixed?.workerRequests,
    ),
    line("Worker CPU", "ms", usage.workerCpu_ms, sheet.workerCpu_ms, fixed?.workerCpu_ms),
    line(
      "Room requests",
      "requests",
      objectRequests(usage, sheet),
      sheet.objectRequests,
      fixed && objectRequests(fixed, sheet),
    ),
    line(
      "Rooms awake",
      `GB-s at ${objectMemory_gb} GB`,
      usage.roomAwake_s * objectMemory_gb,
      sheet.objectDuration_gb_s,
      (fixed?.roomAwake_s ?? 0) * objectMemory_gb,
    ),
    line("Room rows read", "rows", usage.rowsRead, sheet.rowsRead, fixed?.rowsRead),
    line("Room rows written", "rows", usage.rowsWritten, sheet.rowsWritten, fixed?.rowsWritten),
    line("Room storage", "GB", usage.roomStorage_gb, sheet.objectStorage_gb),
    line(
      "Queue",
      "operations",
      usage.queueOperations,
      sheet.queueOperations,
      fixed?.queueOperations,
    ),
    line("Files written", "operations", usage.fileWrites, sheet.fileWrites, fixed?.fileWrites),
    line("Files read", "operations", usage.fileReads, sheet.fileReads, fixed?.fileReads),
    line("Files stored", "GB", usage.filesStorage_gb, sheet.filesStorage_gb),
    line("Logs", "GB", usage.logs_gb, sheet.logs_gb),
  ];
}

/** The cheapest of the plans that hold the data: free, by the command, or a fixed fee. */
function redisLines(usage: EdgeUsage, sheet: UpstashSheet, rounding: Rounding): BillLine[] {
  const vendor = "Upstash";
  const { redisCommands: quantity, redisStorage_gb, redisBandwidth_gb } = usage;
  const { fixed: ofWhich, redisCommandsOfMeter: meter } = usage;
  const parts = { fixed: ofWhich?.redisCommands, meter };
  const commands = { vendor, item: "Redis commands", unit: "commands", quantity } as const;
  const { free } = sheet;
  if (
    quantity <= free.commands &&
    redisStorage_gb <= free.storage_gb &&
    redisBandwidth_gb <= free.bandwidth_gb
  )
    return [withParts({ ...commands, usd: 0, explained: "within the free plan" }, parts)];
  const metered = [
    withParts(meteredLine(commands, sheet.commands, rounding), parts),
    meteredLine(
      { vendor, item: "Redis storage", unit: "GB", quantity: redisStorage_gb },
      sheet.storage_gb,
      rounding,
    ),
    meteredLine(
      { vendor, item: "Redis bandwidth", unit: "GB", quantity: redisBandwidth_gb },
      sheet.bandwidth_gb,
      rounding,
    ),
  ];
  const fixed = sheet.fixed.find(({ storage_gb }) => storage_gb >= redisStorage_gb);
  if (fixed === undefined || billOf(metered).total_usd <= fixed.fee_usd) return metered;
  const explained = `the fixed plan of ${fixed.storage_gb} GB, cheaper than by the command`;
  return [withParts({ ...commands, usd: fixed.fee_usd, explained }, parts)];
}

interface Parts {
  readonly fixed?: number | undefined;
  readonly meter?: number | undefined;
}

/** A line that also says what of it does not grow with people, and what is for counting. */
function withParts(line: BillLine, { fixed = 0, meter = 0 }: Parts): BillLine {
  const parts = [
    ...(fixed < 0.5 ? [] : [`${numberText(fixed)} of it fixed`]),
    ...(meter < 0.5 ? [] : [`${numberText(meter)} of it the meter’s own`]),
  ];
  return { ...line, explained: [line.explained, ...parts].join("; ") };
}

function postgresLines(usage: EdgeUsage, sheet: NeonSheet, rounding: Rounding): BillLine[] {
  const vendor = "Neon";
  const { postgresCompute_cu_h, postgresStorage_gb, postgresEgress_gb } = usage;
  const compute = {
    vendor,
    item: "Postgres awake",
    unit: "CU-hours",
    quantity: postgresCompute_cu_h,
  } as const;
  const { free } = sheet;
  if (postgresCompute_cu_h <= free.compute_cu_h && postgresStorage_gb <= free.storage_gb)
    return [{ ...compute, usd: 0, explained: "within the free plan" }];
  return [
    meteredLine(compute, sheet.compute_cu_h, rounding),
    meteredLine(
      { vendor, item: "Postgres storage", unit: "GB", quantity: postgresStorage_gb },
      sheet.storage_gb,
      rounding,
    ),
    meteredLine(
      { vendor, item: "Postgres egress", unit: "GB", quantity: postgresEgress_gb },
      sheet.egress_gb,
      rounding,
    ),
  ];
}
