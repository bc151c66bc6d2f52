import { useQueryClient } from "@tanstack/react-query";

export const standingKey = ["match", "standing"] as const;

/** Asks anew what one has and what lacks. */
export function useFreshStanding(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: standingKey });
}
