import type { Comparison } from "../../cost/compare.ts";
import type { Scenario } from "../../cost/scenario.ts";
import { freePlanText, moneyText, peopleText, type Verdict } from "../../cost/words.ts";
import { dayTexts, modulesText } from "./texts.ts";
import type { View } from "./view.ts";

interface VerdictProps {
  readonly view: View;
  readonly scenario: Scenario;
  readonly comparison: Comparison;
  readonly verdict: Verdict;
  /** Beyond so many people the bills are extrapolated. */
  readonly trusted_max: number;
}

/** Who is cheaper, in one plain sentence, and how far that may be believed. */
export function VerdictText({ view, scenario, comparison, verdict, trusted_max }: VerdictProps) {
  const { edge, container } = comparison;
  const most_usd = Math.max(edge.total_usd, container.total_usd);
  const extrapolated = scenario.users > trusted_max;
  return (
    <div>
      <div role="status">
        <h2
          id="verdict"
          className="min-h-[2lh] text-2xl font-semibold tracking-tight text-balance sm:text-[1.75rem] sm:leading-tight"
        >
          {verdict.text}
        </h2>
        <p className="mt-2 min-h-[3lh] text-muted">
          {peopleText(scenario.users)} {dayTexts[view.day].inSentence} on{" "}
          {modulesText(scenario.modules)} {scenario.users === 1 ? "costs" : "cost"}{" "}
          {moneyText(edge.total_usd)} a month at the edge and {moneyText(container.total_usd)}{" "}
          {view.own === null ? "in a container on Railway" : "on your own Railway bill"}.
        </p>
        <p className="mt-1 min-h-[2lh] text-sm text-muted">{freePlanText(comparison)}</p>
      </div>
      <ul className="mt-3 grid gap-3">
        <Total side="edge" label="Edge" usd={edge.total_usd} most_usd={most_usd} />
        <Total side="container" label="Container" usd={container.total_usd} most_usd={most_usd} />
      </ul>
      <p
        className={`mt-4 min-h-[4lh] rounded-control px-3 py-2 text-sm sm:min-h-[3lh] ${extrapolated ? "bg-warn-soft text-ink" : "bg-sunken text-muted"}`}
      >
        {extrapolated
          ? `Extrapolated: measured with up to ${peopleText(trusted_max / 2)}, believed up to ${peopleText(trusted_max)}. Beyond, both are straight lines drawn further, and one container does not serve any number of people.`
          : `Measured with up to ${peopleText(trusted_max / 2)} at once, and believed up to ${peopleText(trusted_max)}.`}
      </p>
    </div>
  );
}

interface TotalProps {
  readonly side: "edge" | "container";
  readonly label: string;
  readonly usd: number;
  readonly most_usd: number;
}

function Total({ side, label, usd, most_usd }: TotalProps) {
  return (
    <li>
      <div className="flex items-baseline justify-between gap-4">
        <span className="font-medium">{label}</span>
        <span className="text-lg font-semibold tabular-nums">{moneyText(usd)}</span>
      </div>
      <div aria-hidden="true" className="mt-1 h-3 overflow-hidden rounded-full bg-sunken">
        <div
          className={`side-${side} h-full rounded-full`}
          style={{ width: `${most_usd > 0 ? Math.max(1, (100 * usd) / most_usd) : 0}%` }}
        />
      </div>
    </li>
  );
}
