import { useQuery } from "@tanstack/react-query";
import type { CSSProperties } from "react";
import type { Cohort, RetentionReport } from "../../protocol/analytics/reports.ts";
import { Card, Figure, Figures } from "../ops/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { fetchRetention } from "./api.ts";
import "./levels.css";
import { Part } from "./part.tsx";
import { daysBefore } from "./range.ts";
import { countText, dayText, shareText } from "./text.ts";
import type { GameView } from "./view.ts";

const headlines = [1, 7, 30] as const;
/** The longest of them, and the day that must be over. */
const oldestAge_days = 31;
/** Deeper than this, text on it would be hard to read. */
const depth_max = 45;

/** Who came back, by the day they first came. */
export function RetentionPart({ game, range }: GameView) {
  // The youngest first day that can tell of thirty days later is older than the chosen days are.
  const firstDays = { ...range, from: daysBefore(range.from, oldestAge_days) };
  const retention = useQuery({
    queryKey: ["analytics", "retention", game.id, firstDays],
    queryFn: () => fetchRetention(game.id, firstDays),
  });
  return (
    <Part query={retention}>
      {(report) =>
        report.cohorts.length === 0 ? (
          <EmptyState title="Nobody came for the first time in these days">
            A player's first day is that of their first event.
          </EmptyState>
        ) : (
          <div className="grid gap-4 sm:gap-6">
            <Headlines report={report} />
            <Triangle report={report} />
          </div>
        )
      }
    </Part>
  );
}

function Headlines({ report }: { report: RetentionReport }) {
  return (
    <Card
      title="Came back"
      note="Over the first days that are long enough ago; younger ones would pull it down."
    >
      <Figures>
        {headlines.map((age) => {
          const total = report.total[report.ages.indexOf(age)];
          return (
            <Figure
              key={age}
              label={`After ${age === 1 ? "a day" : `${age} days`}`}
              value={shareText(total?.rate ?? null)}
            >
              {total === undefined || total.players === 0
                ? "too early to say"
                : `${countText(total.back)} of ${countText(total.players)}`}
            </Figure>
          );
        })}
      </Figures>
    </Card>
  );
}

function Triangle({ report }: { report: RetentionReport }) {
  return (
    <Card
      title="By first day"
      note="Players of each first day who did something so many days later."
    >
      <section
        aria-label="Retention by first day"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keyboards must be able to
        tabIndex={0}
        className="relative overflow-x-auto"
      >
        <table className="triangle w-full border-collapse text-sm tabular-nums">
          <caption className="sr-only">Part of each first day's players that came back</caption>
          <thead>
            <tr className="text-muted">
              <th scope="col" className="py-1 pr-3 text-left font-medium whitespace-nowrap">
                First day
              </th>
              <th scope="col" className="px-2 py-1 text-right font-medium">
                Players
              </th>
              {report.ages.map((age) => (
                <th key={age} scope="col" className="px-2 py-1 text-right font-medium">
                  D{age}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...report.cohorts].reverse().map((cohort) => (
              <Row key={cohort.day} cohort={cohort} ages={report.ages} />
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

function Row({ cohort, ages }: { cohort: Cohort; ages: readonly number[] }) {
  return (
    <tr className="border-t border-line">
      <th scope="row" className="py-1.5 pr-3 text-left font-medium whitespace-nowrap">
        {dayText(cohort.day)}
      </th>
      <td className="px-2 py-1.5 text-right">{countText(cohort.players)}</td>
      {ages.map((age, at) => (
        <Cell key={age} back={cohort.back[at] ?? null} players={cohort.players} />
      ))}
    </tr>
  );
}

function Cell({ back, players }: { back: number | null; players: number }) {
  if (back === null)
    return (
      <td className="px-2 py-1.5">
        <span className="sr-only">too early to say</span>
      </td>
    );
  const share = back / players;
  const depth = { "--depth": `${Math.round(Math.min(1, share * 1.6) * depth_max)}%` };
  return (
    <td className="px-2 py-1.5 text-right whitespace-nowrap" style={depth as CSSProperties}>
      {shareText(share)}
    </td>
  );
}
