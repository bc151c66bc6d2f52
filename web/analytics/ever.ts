import { useQuery } from "@tanstack/react-query";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import type { Game } from "../../protocol/analytics/game.ts";
import { clockLimits } from "../../protocol/analytics/limits.ts";
import { type OverviewReport, reportDays_max } from "../../protocol/analytics/reports.ts";
import { fetchOverview } from "./api.ts";
import { dateOf, daysBefore } from "./range.ts";

export function hasNothing({ total }: OverviewReport): boolean {
  return total.events === 0 && total.revenue.length === 0;
}

/** All days that events of a game can be of, or the last of them where they are more than a report has. */
export function everRange(createdAt: string, now_ms: number): { from: string; to: string } {
  const to = dateOf(now_ms + clockLimits.future_ms_max);
  const first_ms = Date.parse(createdAt) - clockLimits.past_ms_max;
  const earliest_ms = Date.parse(daysBefore(to, reportDays_max - 1));
  return { from: dateOf(Math.max(first_ms, earliest_ms)), to };
}

/**
 * Whether a game ever had an event in a place, which tells a new game from a quiet week; undefined
 * while that is not known. It is asked of roll-ups, which stay when raw events go.
 * @param wanted whether to ask: only a report with nothing in it wants to know
 */
export function useEver(game: Game, env: AnalyticsEnv, wanted: boolean): boolean | undefined {
  const ever = useQuery({
    queryKey: ["analytics", "ever", game.id, env],
    queryFn: async () => {
      const range = everRange(game.createdAt, Date.now());
      return !hasNothing(await fetchOverview(game.id, { env, ...range }));
    },
    enabled: wanted,
    // Once there was an event, there was one for good.
    staleTime: ({ state }) => (state.data === true ? Number.POSITIVE_INFINITY : 0),
    refetchInterval: ({ state }) => (state.data === false ? 60_000 : false),
  });
  // Where that cannot be known, the report says what it says of itself.
  return ever.data ?? (ever.isError ? true : undefined);
}
