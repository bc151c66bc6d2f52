import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { identityAdvice } from "../identity/advice.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

/** A report: its place while it loads, what went wrong, or what it says. */
export function Part<Data>({
  query,
  children,
}: {
  query: UseQueryResult<Data>;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError)
    return (
      <EmptyState
        title="This could not be loaded"
        actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
      >
        {identityAdvice(query.error)}
      </EmptyState>
    );
  return (
    <div role="status">
      <p className="sr-only">Loading</p>
      <Skeleton className="h-72 rounded-card" />
    </div>
  );
}
