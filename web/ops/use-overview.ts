import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Overview } from "../../protocol/overview.ts";
import { ApiProblem } from "../api/problem.ts";
import { type Access, fetchOverview } from "./api.ts";
import { hoursToAsk, merged } from "./series.ts";

/** Each look costs six commands of Redis; nobody looks while the page is hidden. */
const every_ms = 15_000;

/** The overview, live while the page can be seen. */
export function useOverview(access: Access) {
  const queries = useQueryClient();
  const queryKey = ["ops", "overview", access];
  return useQuery({
    queryKey,
    queryFn: async () => {
      const known = queries.getQueryData<Overview>(queryKey);
      return merged(known, await fetchOverview(access, hoursToAsk(known, Date.now())));
    },
    refetchInterval: every_ms,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    // A wrong token stays wrong.
    retry: (failures, error) => failures < 2 && !isRefusal(error),
  });
}

/** Whether the answer was that this token, or this account, opens nothing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 401 || error.status === 403);
}
