import type { Sensitivity } from "../../cost/sensitivity.ts";
import { moneyText } from "../../cost/words.ts";
import { Card } from "../ops/card.tsx";

const shown_max = 6;

/** What each bill hangs on: what a tenth more of a price or a unit adds to it. */
export function SensitivityCard({ found }: { found: readonly Sensitivity[] }) {
  return (
    <Card
      title="What the bills hang on"
      note="What a tenth more of each adds to a month’s bill. What adds nothing is left out."
    >
      <div className="grid gap-5">
        <Side side="edge" title="At the edge" found={found} />
        <Side side="container" title="In the container" found={found} />
      </div>
    </Card>
  );
}

interface SideProps {
  readonly side: Sensitivity["side"];
  readonly title: string;
  readonly found: readonly Sensitivity[];
}

function Side({ side, title, found }: SideProps) {
  const own = found.filter((each) => each.side === side).slice(0, shown_max);
  const most_usd = Math.max(...own.map(({ change_usd }) => change_usd), 0);
  return (
    <section aria-label={title}>
      <h3 className="font-medium">{title}</h3>
      {own.length === 0 && (
        <p className="text-[0.9375rem] text-muted">
          Nothing: a tenth more of anything stays within fees and allowances.
        </p>
      )}
      <ul className="mt-1 grid gap-2">
        {own.map(({ of, kind, change_usd }) => (
          <li key={`${kind} ${of}`}>
            <div className="flex items-baseline justify-between gap-4 text-[0.9375rem]">
              <span>
                {of.charAt(0).toUpperCase() + of.slice(1)}{" "}
                <span className="text-sm text-muted">{kind === "price" ? "price" : "amount"}</span>
              </span>
              <span className="tabular-nums">+{moneyText(change_usd)}</span>
            </div>
            <div aria-hidden="true" className="mt-0.5 h-1.5 rounded-full bg-sunken">
              <div
                className={`side-${side} h-full rounded-full`}
                style={{ width: `${Math.max(1, (100 * change_usd) / most_usd)}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
