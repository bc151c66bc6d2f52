import type { MeteredPrice } from "./sheets/sheet.ts";

/** Bills by the unit, or by whole packages of units where a vendor's own examples have it so. */
export type Rounding = "exact" | "rounded";

/** One line of a bill for a month. */
export interface BillLine {
  readonly vendor: "Cloudflare" | "Upstash" | "Neon" | "Railway";
  readonly item: string;
  readonly quantity: number;
  /** What the quantity counts, in words. */
  readonly unit: string;
  readonly usd: number;
  /** How the amount comes about, in one sentence. */
  readonly explained: string;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  readonly total_usd: number;
}

export function billOf(lines: readonly BillLine[]): Bill {
  return { lines, total_usd: lines.reduce((sum, { usd }) => sum + usd, 0) };
}

/** What a quantity costs beyond its allowance, in dollars. */
export function chargeFor(quantity: number, price: MeteredPrice, rounding: Rounding): number {
  const packages = Math.max(0, quantity - price.included) / price.per;
  const whole = rounding === "rounded" && price.whole === true;
  return (whole ? Math.ceil(packages) : packages) * price.price_usd;
}

/** A line that is metered against an allowance. */
export function meteredLine(
  what: Pick<BillLine, "vendor" | "item" | "unit" | "quantity">,
  price: MeteredPrice,
  rounding: Rounding,
): BillLine {
  const usd = chargeFor(what.quantity, price, rounding);
  const rate = `${priceText(price.price_usd)} ${price.per === 1 ? "each" : `for ${numberText(price.per)}`}`;
  const explained =
    what.quantity <= price.included
      ? `within the ${numberText(price.included)} that are included`
      : price.included === 0
        ? rate
        : `${numberText(what.quantity - price.included)} above ${numberText(price.included)}, ${rate}`;
  return { ...what, usd, explained };
}

/** A price as it is written: `$5`, `$0.30`, `$0.106`. */
export function priceText(usd: number): string {
  return `$${(Number.isInteger(usd) ? wholeFormat : priceFormat).format(usd)}`;
}

// Made once: curves take hundreds of bills, and making a format takes longer than using it.
const wholeFormat = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const priceFormat = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});

const units = [
  { from: 1e9, text: "billion" },
  { from: 1e6, text: "million" },
] as const;

/** A quantity as a person reads it: 1.5 million, 12,300, 0.25. */
export function numberText(value: number): string {
  for (const { from, text } of units)
    if (value >= from) return `${trimmed(value / from, 2)} ${text}`;
  if (value >= 100) return wholeFormat.format(value);
  return trimmed(value, 3);
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
