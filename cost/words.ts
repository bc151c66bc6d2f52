import type { BreakEven, Comparison } from "./compare.ts";
import { type Bill, type BillLine, billOf } from "./line.ts";

/** An amount as a person reads it: `$0.07`, `$412.50`, and whole dollars from a thousand on. */
export function moneyText(usd: number): string {
  const digits = usd >= 1_000 ? 0 : 2;
  return `$${usd.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** People as they are counted: `1,200`, and rounded to what is known from ten thousand on. */
export function peopleText(users: number): string {
  const known = users < 1_000 ? users : Number(users.toPrecision(3));
  return `${Math.round(known).toLocaleString("en-US")} ${Math.round(known) === 1 ? "person" : "people"}`;
}

/** What part of its bill a line is, from 0 to 1. */
export function shareOf({ usd }: Pick<BillLine, "usd">, { total_usd }: Bill): number {
  return total_usd > 0 ? usd / total_usd : 0;
}

/** From such a share on one line alone decides the bill. */
const most = 0.5;
/** Below it a second line is not worth a word. */
const little = 0.1;

/** What a bill is mostly made of, in one sentence. */
export function dominanceText(bill: Bill): string {
  const [first, second] = bill.lines
    .filter(({ usd }) => usd > 0)
    .sort((a, b) => b.usd - a.usd)
    .map((line) => ({ item: line.item, share: shareOf(line, bill) }));
  if (first === undefined) return "Nothing is billed.";
  if (second === undefined) return `${first.item} is all of it.`;
  if (first.share >= most && second.share < little)
    return `${first.item} is ${percentText(first.share)} of it.`;
  if (first.share >= most)
    return `${first.item} is ${percentText(first.share)} of it, ${second.item} ${percentText(second.share)}.`;
  return `${first.item} and ${second.item} together are ${percentText(first.share + second.share)} of it.`;
}

export function percentText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return "under 1 %";
  return `${percent > 99 && percent < 100 ? 99 : Math.round(percent)} %`;
}

/** Below a cent there is no difference that anybody pays. */
const difference_usd_min = 0.01;

/** Which side a month is cheaper on, and by how much. */
export interface Verdict {
  readonly cheaper: "edge" | "container" | "neither";
  readonly saved_usd: number;
  /** One plain sentence. */
  readonly text: string;
}

export function verdictOf({ edge, container }: Pick<Comparison, "edge" | "container">): Verdict {
  const difference_usd = container.total_usd - edge.total_usd;
  const saved_usd = Math.abs(difference_usd);
  if (saved_usd < difference_usd_min)
    return { cheaper: "neither", saved_usd, text: "Both cost the same." };
  const cheaper = difference_usd > 0 ? "edge" : "container";
  return {
    cheaper,
    saved_usd,
    text: `The ${cheaper} is cheaper by ${moneyText(saved_usd)} a month.`,
  };
}

const listFormat = new Intl.ListFormat("en-GB");

/** Whether a month fits Cloudflare's plan without a fee, and what it then comes to. */
export function freePlanText({ edge, overFreePlan }: Comparison): string {
  if (overFreePlan.length > 0) {
    const items = listFormat.format(overFreePlan.map((item) => item.toLowerCase()));
    return `Cloudflare’s free plan does not hold it: too much of ${items}.`;
  }
  const others_usd = billOf(edge.lines.filter(({ vendor }) => vendor !== "Cloudflare")).total_usd;
  return `It fits Cloudflare’s free plan: without the paid plan the edge would cost ${moneyText(others_usd)} a month.`;
}

/** Where the cheaper side changes, a sentence for each stretch. */
export function breakEvenTexts([first, ...crossings]: readonly BreakEven[]): readonly string[] {
  if (first === undefined) return [];
  const are = (cheaper: BreakEven["cheaper"]) =>
    cheaper === "neither" ? "both cost the same" : `the ${cheaper} is cheaper`;
  if (crossings.length === 0) return [`From one person to a million ${are(first.cheaper)}.`];
  return [
    `With one person ${are(first.cheaper)}.`,
    ...crossings.map(({ users, cheaper }) => `From about ${peopleText(users)} on ${are(cheaper)}.`),
  ];
}
