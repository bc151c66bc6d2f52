import { type Bill, type BillLine, numberText } from "../../cost/line.ts";
import { dominanceText, moneyText, percentText, shareOf } from "../../cost/words.ts";
import { Card } from "../ops/card.tsx";

interface BillCardProps {
  readonly side: "edge" | "container";
  readonly title: string;
  readonly bill: Bill;
}

/** One side's bill of a month: each line with how it comes about and what share it is. */
export function BillCard({ side, title, bill }: BillCardProps) {
  const paid = bill.lines.filter(({ usd }) => usd > 0).sort((a, b) => b.usd - a.usd);
  const free = bill.lines.filter(({ usd }) => usd === 0);
  return (
    <Card
      title={title}
      note={dominanceText(bill)}
      aside={
        <p className="text-xl font-semibold tabular-nums">
          {moneyText(bill.total_usd)}
          <span className="sr-only"> a month</span>
        </p>
      }
    >
      <Lines caption={`${title}: what is paid`} side={side} lines={paid} bill={bill} />
      {free.length > 0 && (
        <details className="mt-2">
          <summary className="inline-flex min-h-11 items-center text-[0.9375rem] text-muted underline underline-offset-3">
            {free.length === 1 ? "One line costs nothing" : `${free.length} lines cost nothing`}
          </summary>
          <Lines caption={`${title}: what costs nothing`} side={side} lines={free} bill={bill} />
        </details>
      )}
    </Card>
  );
}

interface LinesProps {
  readonly caption: string;
  readonly side: BillCardProps["side"];
  readonly lines: readonly BillLine[];
  readonly bill: Bill;
}

function Lines({ caption, side, lines, bill }: LinesProps) {
  return (
    <table className="w-full border-collapse text-[0.9375rem]">
      <caption className="sr-only">{caption}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Line</th>
          <th scope="col">A month</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.item} className="border-t border-line align-top first:border-t-0">
            <th scope="row" className="w-full py-2 pr-4 text-left font-medium">
              {line.item} <span className="font-normal text-muted">{line.vendor}</span>
              <span className="block text-sm font-normal text-muted">{storyOf(line)}</span>
              {line.usd > 0 && (
                <span aria-hidden="true" className="mt-1.5 block h-1.5 rounded-full bg-sunken">
                  <span
                    className={`side-${side} block h-full rounded-full`}
                    style={{ width: `${Math.max(0.5, 100 * shareOf(line, bill))}%` }}
                  />
                </span>
              )}
            </th>
            <td className="py-2 text-right whitespace-nowrap tabular-nums">
              {moneyText(line.usd)}
              {line.usd > 0 && (
                <span className="block text-sm text-muted">{percentText(shareOf(line, bill))}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The amount, unless the explanation begins with it or there is but one of it. */
function storyOf({ quantity, unit, explained }: BillLine): string {
  const amount = `${numberText(quantity)} ${unit}`;
  if (unit === "month" || explained.startsWith(amount)) return explained;
  return `${amount}: ${explained}`;
}
