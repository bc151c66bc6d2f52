import type { Overview, OverviewHour } from "../../protocol/overview.ts";

const hour_ms = 3_600_000;

/** What the page asks for when it is opened: two days. */
export const firstHours = 48;
/** As much as the charts keep, however long the page stays open. */
const hours_max = 192;

/**
 * How many hours to ask for next. Hours that are over never change, so only the last one known and
 * what came after are of interest: two at least, more when the page was asleep.
 */
export function hoursToAsk(known: Overview | undefined, now_ms: number): number {
  const last = known?.series[known.series.length - 1];
  if (last === undefined) return firstHours;
  const since = Math.floor((now_ms - last.start_ms) / hour_ms) + 1;
  return Math.min(hours_max, Math.max(2, since));
}

/** The newest answer, with the hours that only older ones had. */
export function merged(known: Overview | undefined, news: Overview): Overview {
  if (known === undefined) return news;
  // Without Redis there is no news but of health; everything else is as it was.
  if (!news.metered)
    return { ...known, metered: false, server_ms: news.server_ms, health: news.health };
  const hours = new Map<string, OverviewHour>();
  for (const hour of [...known.series, ...news.series]) hours.set(hour.hour, hour);
  const series = [...hours.values()].sort((a, b) => a.start_ms - b.start_ms).slice(-hours_max);
  return { ...news, series };
}

/** Amounts of one unit by module, for the modules that have any, largest first. */
export function byModule(series: readonly OverviewHour[], unit: string) {
  const totals = new Map<string, number>();
  for (const { units } of series)
    for (const [module, amount] of Object.entries(units[unit] ?? {}))
      totals.set(module, (totals.get(module) ?? 0) + amount);
  return [...totals]
    .sort(([, a], [, b]) => b - a)
    .map(([module, total]) => ({
      module,
      total,
      amounts: series.map(({ units }) => units[unit]?.[module] ?? 0),
    }));
}
