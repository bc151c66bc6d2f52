import type { Source } from "./sheet.ts";

/** Prices of Railway, which bills what services use, databases too. */
export interface RailwaySheet {
  readonly sources: readonly Source[];
  readonly memory_gb_month_usd: number;
  readonly cpu_month_usd: number;
  readonly volume_gb_month_usd: number;
  readonly egress_gb_usd: number;
  /** The fee is the least that is paid; usage counts against it. */
  readonly plans: Readonly<Record<"hobby" | "pro", { readonly fee_usd: number }>>;
}

export const railway2026: RailwaySheet = {
  sources: [
    {
      title: "Railway pricing plans",
      url: "https://docs.railway.com/pricing/plans",
      date: "2026-08-07",
    },
  ],
  memory_gb_month_usd: 10,
  cpu_month_usd: 20,
  volume_gb_month_usd: 0.15,
  egress_gb_usd: 0.05,
  plans: { hobby: { fee_usd: 5 }, pro: { fee_usd: 20 } },
};
