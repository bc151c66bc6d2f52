import type { MeteredPrice, Source } from "./sheet.ts";

/** Prices of Neon Postgres, which is billed while it is awake. */
export interface NeonSheet {
  readonly sources: readonly Source[];
  readonly compute_cu_h: MeteredPrice;
  readonly storage_gb: MeteredPrice;
  readonly egress_gb: MeteredPrice;
  /** Below both of these it is free. */
  readonly free: { readonly compute_cu_h: number; readonly storage_gb: number };
  /** The smallest computer it runs on. */
  readonly compute_cu_min: number;
  /** Without a query for so long it goes to sleep. */
  readonly suspendAfter_s: number;
}

const sources = [
  { title: "Neon pricing", url: "https://neon.com/pricing", date: "2026-08-27" },
] as const;

export const neonLaunch2026: NeonSheet = {
  sources,
  compute_cu_h: { included: 0, per: 1, price_usd: 0.106 },
  storage_gb: { included: 0, per: 1, price_usd: 0.35 },
  egress_gb: { included: 500, per: 1, price_usd: 0.1 },
  free: { compute_cu_h: 100, storage_gb: 0.5 },
  compute_cu_min: 0.25,
  suspendAfter_s: 300,
};

/** For those who want it to sleep sooner. Whoever is on it has left the free plan behind. */
export const neonScale2026: NeonSheet = {
  ...neonLaunch2026,
  free: { compute_cu_h: 0, storage_gb: 0 },
  compute_cu_h: { included: 0, per: 1, price_usd: 0.222 },
  suspendAfter_s: 60,
};
