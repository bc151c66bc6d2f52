/**
 * A price for what goes beyond an allowance: `price_usd` for each `per` units above `included`, a
 * month.
 */
export interface MeteredPrice {
  readonly included: number;
  readonly per: number;
  readonly price_usd: number;
  /** Billed by whole packages in the vendor's own examples, where a bill is to be rounded. */
  readonly whole?: true;
}

/** Where prices were read, and when. */
export interface Source {
  readonly title: string;
  readonly url: string;
  /** When the vendor last changed the page, or when it was read, as an ISO date. */
  readonly date: string;
}

/** All sheets take a month to be 30 days, as Railway's and Cloudflare's examples do. */
export const hoursOfMonth = 720;
