import type { MeteredPrice, Source } from "./sheet.ts";

const million = 1_000_000;

/** Prices of Cloudflare's paid plan; what is not named here (egress, static files) is free. */
export interface CloudflareSheet {
  readonly sources: readonly Source[];
  /** The plan's fee a month; it buys the allowances and nothing else. */
  readonly fee_usd: number;
  readonly workerRequests: MeteredPrice;
  readonly workerCpu_ms: MeteredPrice;
  readonly objectRequests: MeteredPrice;
  /** Incoming socket messages that make one object request. */
  readonly messagesPerObjectRequest: number;
  /** Memory that an object is billed for while it is awake, whatever it uses. */
  readonly objectMemory_gb: number;
  readonly objectDuration_gb_s: MeteredPrice;
  readonly rowsRead: MeteredPrice;
  readonly rowsWritten: MeteredPrice;
  readonly objectStorage_gb: MeteredPrice;
  readonly queueOperations: MeteredPrice;
  readonly filesStorage_gb: MeteredPrice;
  readonly fileWrites: MeteredPrice;
  readonly fileReads: MeteredPrice;
  /** What is written to Workers Logs. */
  readonly logs_gb: MeteredPrice;
  /** What the plan without a fee holds; beyond any of it requests are refused, not billed. */
  readonly free: FreePlan;
}

/** Amounts of a day, of a call, and of a month. */
interface FreePlan {
  readonly ofDay: {
    readonly workerRequests: number;
    readonly objectRequests: number;
    readonly objectDuration_gb_s: number;
    readonly rowsRead: number;
    readonly rowsWritten: number;
    readonly queueOperations: number;
    readonly logs_gb: number;
  };
  readonly workerCpu_msOfCall: number;
  readonly ofMonth: { readonly fileWrites: number; readonly fileReads: number };
  readonly objectStorage_gb: number;
  readonly filesStorage_gb: number;
}

export const cloudflare2026: CloudflareSheet = {
  sources: [
    {
      title: "Workers pricing",
      url: "https://developers.cloudflare.com/workers/platform/pricing/",
      date: "2026-11-01",
    },
    {
      title: "Durable Objects pricing",
      url: "https://developers.cloudflare.com/durable-objects/platform/pricing/",
      date: "2026-11-01",
    },
    {
      title: "R2 pricing",
      url: "https://developers.cloudflare.com/r2/pricing/",
      date: "2026-11-01",
    },
    {
      title: "Queues pricing",
      url: "https://developers.cloudflare.com/queues/platform/pricing/",
      date: "2026-11-01",
    },
    {
      title: "Workers Logs pricing, by the gigabyte from this day on",
      url: "https://developers.cloudflare.com/workers/observability/logs/workers-logs/",
      date: "2026-12-01",
    },
  ],
  fee_usd: 5,
  workerRequests: { included: 10 * million, per: million, price_usd: 0.3 },
  workerCpu_ms: { included: 30 * million, per: million, price_usd: 0.02 },
  objectRequests: { included: million, per: million, price_usd: 0.15, whole: true },
  messagesPerObjectRequest: 20,
  objectMemory_gb: 0.128,
  objectDuration_gb_s: { included: 400_000, per: million, price_usd: 12.5, whole: true },
  rowsRead: { included: 25_000 * million, per: million, price_usd: 0.001, whole: true },
  rowsWritten: { included: 50 * million, per: million, price_usd: 1, whole: true },
  objectStorage_gb: { included: 5, per: 1, price_usd: 0.2 },
  queueOperations: { included: million, per: million, price_usd: 0.4 },
  filesStorage_gb: { included: 10, per: 1, price_usd: 0.015 },
  fileWrites: { included: million, per: million, price_usd: 4.5 },
  fileReads: { included: 10 * million, per: million, price_usd: 0.36 },
  logs_gb: { included: 50, per: 1, price_usd: 0.25 },
  free: {
    ofDay: {
      workerRequests: 100_000,
      objectRequests: 100_000,
      objectDuration_gb_s: 13_000,
      rowsRead: 5 * million,
      rowsWritten: 100_000,
      queueOperations: 10_000,
      logs_gb: 0.5,
    },
    workerCpu_msOfCall: 10,
    ofMonth: { fileWrites: million, fileReads: 10 * million },
    objectStorage_gb: 5,
    filesStorage_gb: 10,
  },
};
