import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Me } from "../../protocol/identity/account.ts";
import { ApiProblem } from "../api/problem.ts";
import { fetchMe } from "./api.ts";

export const meKey = ["me"] as const;

/** Who is signed in here: `undefined` while nobody knows yet, `null` when nobody is. */
export function useMe() {
  const query = useQuery({ queryKey: meKey, queryFn: fetchMeOrNobody });
  return { me: query.data, error: query.error, askAgain: query.refetch };
}

async function fetchMeOrNobody(): Promise<Me | null> {
  try {
    return await fetchMe();
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "sign_in_required") return null;
    throw error;
  }
}

/** Asks anew who is signed in, and then for everything that belonged to whoever was. */
export function useFreshStart(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await queries.resetQueries({ queryKey: meKey });
    await queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== meKey[0] });
  };
}
