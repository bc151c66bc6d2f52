import { useQuery } from "@tanstack/react-query";
import type { OverviewReport } from "../../protocol/analytics/reports.ts";
import { Card, Figure, Figures } from "../ops/card.tsx";
import { Chart } from "../ops/chart.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { fetchErrors, overviewQuery } from "./api.ts";
import { hasNothing } from "./ever.ts";
import { NothingHere } from "./nothing-here.tsx";
import { Part } from "./part.tsx";
import { countText, lengthText, moneyText } from "./text.ts";
import type { GameView } from "./view.ts";

/** Players, sessions and revenue, day by day. */
export function OverviewPart({ game, range }: GameView) {
  const overview = useQuery({ ...overviewQuery(game.id, range), refetchInterval: 60_000 });
  return (
    <Part query={overview}>
      {(report) =>
        hasNothing(report) ? (
          <NothingHere game={game} env={range.env} again={() => void overview.refetch()}>
            <EmptyState title={`Nothing in these ${report.days.length} days`}>
              There were events before: look further back. What comes in now is seen under Live.
            </EmptyState>
          </NothingHere>
        ) : (
          <div className="grid gap-4 sm:gap-6">
            <Totals report={report} />
            <Players report={report} />
            <Sessions report={report} />
            <Revenue report={report} />
            <Errors game={game} range={range} />
          </div>
        )
      }
    </Part>
  );
}

const timesOf = ({ days }: OverviewReport) => days.map(({ day }) => Date.parse(day));

function Totals({ report: { days, total } }: { report: OverviewReport }) {
  const average = total.playerDays / Math.max(1, days.length);
  return (
    <Card title="Together">
      <Figures>
        <Figure label="Players a day" value={countText(average)} />
        <Figure label="New players" value={countText(total.newPlayers)} />
        <Figure label="Sessions" value={countText(total.sessions)} />
        <Figure
          label="Length of a session"
          value={lengthText(total.sessions === 0 ? null : total.session_ms / total.sessions)}
        />
        <Figure label="Events" value={countText(total.events)} />
        {total.revenue.map((money) => (
          <Figure
            key={money.currency}
            label={`Revenue, ${money.currency}`}
            value={moneyText(money.purchased_minor - money.refunded_minor, money.currency)}
          >
            {moneyText(money.arpdau_minor, money.currency)} a player and day
          </Figure>
        ))}
      </Figures>
    </Card>
  );
}

function Players({ report }: { report: OverviewReport }) {
  const last = report.days.at(-1);
  return (
    <Card title="Players" note="Different players of a day, and those who came for the first time.">
      <Chart
        summary={`Players a day, ${countText(last?.players ?? 0)} today`}
        times_ms={timesOf(report)}
        lines={[
          { label: "Players", values: report.days.map(({ players }) => players) },
          { label: "New", values: report.days.map(({ newPlayers }) => newPlayers) },
        ]}
        format={countText}
        filled
        daily
      />
    </Card>
  );
}

function Sessions({ report }: { report: OverviewReport }) {
  const last = report.days.at(-1);
  return (
    <Card title="Sessions">
      <Chart
        summary={`Sessions a day, ${countText(last?.sessions ?? 0)} today`}
        times_ms={timesOf(report)}
        lines={[{ label: "Sessions", values: report.days.map(({ sessions }) => sessions) }]}
        format={countText}
        filled
        daily
      />
    </Card>
  );
}

function Revenue({ report }: { report: OverviewReport }) {
  const [first] = report.total.revenue;
  if (first === undefined) return null;
  return (
    <Card
      title="Revenue"
      note="What was taken less what was given back, in whole units of each currency."
    >
      <Chart
        summary={`Revenue a day in ${report.total.revenue.map(({ currency }) => currency).join(", ")}`}
        times_ms={timesOf(report)}
        lines={report.total.revenue.map(({ currency }) => ({
          label: currency,
          values: report.days.map(({ revenue }) => unitsOf(revenue, currency)),
        }))}
        format={countText}
        daily
      />
    </Card>
  );
}

function unitsOf(revenue: OverviewReport["days"][number]["revenue"], currency: string): number {
  const money = revenue.find((one) => one.currency === currency);
  if (money === undefined) return 0;
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (money.purchased_minor - money.refunded_minor) / 10 ** digits;
}

function Errors({ game, range }: GameView) {
  const errors = useQuery({
    queryKey: ["analytics", "errors", game.id, range],
    queryFn: () => fetchErrors(game.id, range),
  });
  if (errors.data === undefined || errors.data.errors.length === 0) return null;
  return (
    <Card title="Errors" note="As far back as raw events are kept.">
      <ul className="divide-y divide-line">
        {errors.data.errors.slice(0, 10).map(({ name, count, players, message }) => (
          <li key={name} className="flex flex-wrap justify-between gap-x-4 py-2">
            <span className="min-w-0 break-words">
              <span className="font-medium">{name}</span>{" "}
              <span className="text-muted">{message}</span>
            </span>
            <span className="text-muted tabular-nums">
              {countText(count)} at {countText(players)} players
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
