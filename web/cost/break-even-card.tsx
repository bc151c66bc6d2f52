import type { BreakEven } from "../../cost/compare.ts";
import { breakEvenTexts, moneyText, peopleText } from "../../cost/words.ts";
import { Card } from "../ops/card.tsx";
import { CurveChart } from "./curve-chart.tsx";
import type { Curves } from "./model.ts";

interface BreakEvenCardProps {
  readonly curves: Curves;
  readonly crossings: readonly BreakEven[];
  readonly users: number;
  readonly trusted_max: number;
}

/** What a month costs with any number of people, and where the cheaper side changes. */
export function BreakEvenCard({ curves, crossings, users, trusted_max }: BreakEvenCardProps) {
  const sentences = breakEvenTexts(crossings);
  return (
    <Card
      title="Where the cheaper side changes"
      note="A month’s bill by people at once. Both scales go by tens: a step is ten times as much."
    >
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[1fr_17rem]">
        <CurveChart
          summary={`Bills of both sides from one person to a million. ${sentences.join(" ")}`}
          curves={curves}
          crossings={crossings.slice(1)}
          users={users}
          trusted_max={trusted_max}
        />
        <div className="lg:min-h-80">
          <ul className="grid gap-1.5">
            {sentences.map((sentence) => (
              <li key={sentence} className="border-l-2 border-accent pl-3">
                {sentence}
              </li>
            ))}
          </ul>
          <p className="mt-3 text-sm text-muted">
            The shaded part, beyond {peopleText(trusted_max)}, is extrapolated.
          </p>
          <details className="mt-1">
            <summary className="inline-flex min-h-11 items-center text-[0.9375rem] text-muted underline underline-offset-3">
              The curves as a table
            </summary>
            <CurveTable curves={curves} />
          </details>
        </div>
      </div>
    </Card>
  );
}

/** Powers of ten, which are points of the curves. */
function CurveTable({ curves }: { curves: Curves }) {
  const rows = curves.users.flatMap((users, index) => {
    const decade = Math.log10(users);
    if (Math.abs(decade - Math.round(decade)) > 1e-9) return [];
    return [{ users, edge: curves.edge_usd[index], container: curves.container_usd[index] }];
  });
  return (
    <table className="w-full text-[0.9375rem] tabular-nums">
      <caption className="sr-only">Bills of both sides by people at once</caption>
      <thead>
        <tr className="text-right text-sm text-muted">
          <th scope="col" className="py-1 text-left font-medium">
            People
          </th>
          <th scope="col" className="py-1 font-medium">
            Edge
          </th>
          <th scope="col" className="py-1 font-medium">
            Container
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ users, edge = 0, container = 0 }) => (
          <tr key={users} className="border-t border-line text-right">
            <th scope="row" className="py-1 text-left font-medium">
              {Math.round(users).toLocaleString("en-US")}
            </th>
            <td className="py-1">{moneyText(edge)}</td>
            <td className="py-1">{moneyText(container)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
