import { useDeferredValue, useMemo } from "react";
import { breakEvens, compare } from "../../cost/compare.ts";
import { sensitivities } from "../../cost/sensitivity.ts";
import { type Summary, trustedUsers_max } from "../../cost/summary.ts";
import { verdictOf } from "../../cost/words.ts";
import { BillCard } from "./bill-card.tsx";
import { BreakEvenCard } from "./break-even-card.tsx";
import { Choices } from "./choices.tsx";
import { LeftOut, Measured, PriceSources } from "./grounds.tsx";
import { basisFor, curvesOf, scenarioFor } from "./model.ts";
import { OwnBillCard } from "./own-bill-card.tsx";
import { OwnNumbersCard } from "./own-numbers-card.tsx";
import { SensitivityCard } from "./sensitivity-card.tsx";
import { TakeAlong } from "./take-along.tsx";
import { useView } from "./use-view.ts";
import { VerdictText } from "./verdict.tsx";
import type { View } from "./view.ts";

/** Both bills for what the reader chose, and all that follows from them. */
export function Comparison({ summary }: { summary: Summary }) {
  const [view, change] = useView();
  const basis = useMemo(() => basisFor(view, summary), [view, summary]);
  const scenario = scenarioFor(view, summary);
  const comparison = compare(scenario, basis);
  const verdict = verdictOf(comparison);
  const trusted_max = trustedUsers_max(summary, scenario.modules);
  return (
    <>
      <section
        aria-labelledby="verdict"
        className="grid gap-x-10 gap-y-5 rounded-card border border-line bg-surface p-4 shadow-card sm:p-6 lg:grid-cols-2 print:block"
      >
        <VerdictText
          view={view}
          scenario={scenario}
          comparison={comparison}
          verdict={verdict}
          trusted_max={trusted_max}
        />
        <Choices view={view} summary={summary} onChange={change} />
      </section>
      <div className="grid items-start gap-4 sm:gap-6 lg:grid-cols-2">
        <BillCard side="edge" title="Offrail at the edge" bill={comparison.edge} />
        <BillCard
          side="container"
          title={view.own === null ? "The old design on Railway" : "Your Railway bill"}
          bill={comparison.container}
        />
      </div>
      <TakeAlong view={view} comparison={comparison} />
      <Curves view={view} summary={summary} trusted_max={trusted_max} />
      <div className="grid items-start gap-4 sm:gap-6 lg:grid-cols-2 print:hidden">
        <SensitivityCard found={sensitivities(scenario, basis)} />
        <OwnBillCard view={view} summary={summary} onChange={change} />
      </div>
      <OwnNumbersCard view={view} summary={summary} modules={scenario.modules} onChange={change} />
      <div className="grid items-start gap-4 sm:gap-6 lg:grid-cols-2">
        <PriceSources />
        <LeftOut />
      </div>
      <Measured summary={summary} />
    </>
  );
}

interface CurvesProps {
  readonly view: View;
  readonly summary: Summary;
  readonly trusted_max: number;
}

/** The chart over all numbers of people. It may come a moment later: a slider must not wait for it. */
function Curves({ view, summary, trusted_max }: CurvesProps) {
  // The number of people changes nothing in the curves, only the mark on them.
  const { users, ...rest } = view;
  const settled = useDeferredValue(JSON.stringify(rest));
  const { curves, crossings } = useMemo(() => {
    const chosen = { ...(JSON.parse(settled) as typeof rest), users: 1 };
    const [scenario, basis] = [scenarioFor(chosen, summary), basisFor(chosen, summary)];
    return { curves: curvesOf(scenario, basis), crossings: breakEvens(scenario, basis) };
  }, [settled, summary]);
  return (
    <BreakEvenCard curves={curves} crossings={crossings} users={users} trusted_max={trusted_max} />
  );
}
