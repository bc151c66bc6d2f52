import type { DayFigures, RevenueFigures } from "../../../db/queries/analytics-metrics.ts";
import type { DayReport, OverviewReport, Revenue } from "../../../protocol/analytics/reports.ts";
import { datesOf } from "./dates.ts";

/** Puts every day of a range together with its money, and adds them up. */
export function overviewOf(
  range: { readonly from: string; readonly to: string },
  days: readonly DayFigures[],
  revenue: readonly RevenueFigures[],
): OverviewReport {
  const byDay = new Map(days.map((figures) => [figures.day, figures]));
  const moneyByDay = Map.groupBy(revenue, ({ day }) => day);
  const reports = datesOf(range).map((day): DayReport => {
    const figures = byDay.get(day) ?? { ...nothing, players: 0 };
    const money = moneyByDay.get(day) ?? [];
    return { ...figures, day, revenue: money.map((one) => revenueOf(one, figures.players)) };
  });
  return { days: reports, total: totalOf(reports) };
}

const nothing = { events: 0, errors: 0, newPlayers: 0, sessions: 0, session_ms: 0 } as const;

function totalOf(days: readonly DayReport[]): OverviewReport["total"] {
  const sum = (of: (day: DayReport) => number) => days.reduce((total, day) => total + of(day), 0);
  const playerDays = sum(({ players }) => players);
  const byCurrency = Map.groupBy(
    days.flatMap(({ revenue }) => revenue),
    ({ currency }) => currency,
  );
  const revenue = [...byCurrency].sort().map(([currency, all]) => {
    const added = all.reduce(
      (total, one) => ({
        currency,
        purchases: total.purchases + one.purchases,
        purchased_minor: total.purchased_minor + one.purchased_minor,
        refunds: total.refunds + one.refunds,
        refunded_minor: total.refunded_minor + one.refunded_minor,
        verified_minor: total.verified_minor + one.verified_minor,
      }),
      { currency, ...noMoney },
    );
    return revenueOf(added, playerDays);
  });
  return {
    events: sum(({ events }) => events),
    errors: sum(({ errors }) => errors),
    newPlayers: sum(({ newPlayers }) => newPlayers),
    sessions: sum(({ sessions }) => sessions),
    session_ms: sum(({ session_ms }) => session_ms),
    playerDays,
    revenue,
  };
}

const noMoney = {
  ...{ purchases: 0, purchased_minor: 0, refunds: 0, refunded_minor: 0, verified_minor: 0 },
} as const;

function revenueOf(
  { currency, ...figures }: Omit<Revenue, "arpdau_minor">,
  players: number,
): Revenue {
  const { purchases, purchased_minor, refunds, refunded_minor, verified_minor } = figures;
  return {
    ...{ currency, purchases, purchased_minor, refunds, refunded_minor, verified_minor },
    arpdau_minor: players === 0 ? 0 : (purchased_minor - refunded_minor) / players,
  };
}
