import type { MeteredPrice, Source } from "./sheet.ts";

/** Prices of Upstash Redis: by the command, or a fixed fee by size. */
export interface UpstashSheet {
  readonly sources: readonly Source[];
  readonly commands: MeteredPrice;
  readonly storage_gb: MeteredPrice;
  readonly bandwidth_gb: MeteredPrice;
  /** Below all of these at once, it is free. */
  readonly free: {
    readonly commands: number;
    readonly storage_gb: number;
    readonly bandwidth_gb: number;
  };
  /** Fixed plans, commands unlimited, by what they hold. */
  readonly fixed: readonly { readonly storage_gb: number; readonly fee_usd: number }[];
}

export const upstash2026: UpstashSheet = {
  sources: [
    {
      title: "Upstash Redis pricing",
      url: "https://upstash.com/pricing/redis",
      date: "2026-06-18",
    },
  ],
  commands: { included: 0, per: 100_000, price_usd: 0.2 },
  storage_gb: { included: 1, per: 1, price_usd: 0.25 },
  bandwidth_gb: { included: 200, per: 1, price_usd: 0.03 },
  free: { commands: 500_000, storage_gb: 0.256, bandwidth_gb: 10 },
  fixed: [
    { storage_gb: 0.25, fee_usd: 10 },
    { storage_gb: 1, fee_usd: 20 },
    { storage_gb: 5, fee_usd: 100 },
    { storage_gb: 10, fee_usd: 200 },
  ],
};
