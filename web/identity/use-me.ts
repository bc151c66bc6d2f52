import { useQuery, useQueryClient } from "@tanstack/react-query";
import { fetchSession } from "./api.ts";

export const meKey = ["me"] as const;

/** Who is signed in here: `undefined` while nobody knows yet, `null` when nobody is. */
export function useMe() {
  const query = useQuery({ queryKey: meKey, queryFn: async () => (await fetchSession()).me });
  return { me: query.data, error: query.error, askAgain: query.refetch };
}

/** Asks anew who is signed in, and then for everything that belonged to whoever was. */
export function useFreshStart(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await queries.resetQueries({ queryKey: meKey });
    await queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== meKey[0] });
  };
}
