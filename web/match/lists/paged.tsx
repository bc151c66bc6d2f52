import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { matchAdvice } from "../words.ts";

type PagedProps<Item> = {
  /** What the list holds; read by screen readers. */
  label: string;
  queryKey: readonly unknown[];
  fetchPage: (
    cursor: string | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly cursor: string | null }>;
  itemKey: (item: Item) => string;
  children: (item: Item) => ReactNode;
  empty: ReactNode;
};

/** A list that is loaded page by page, as far as somebody wants to see. */
export function Paged<Item>(props: PagedProps<Item>) {
  const { label, queryKey, fetchPage, itemKey, children, empty } = props;
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
    // What was shown a moment ago may have changed in a call.
    staleTime: 0,
  });
  if (query.data === undefined)
    return query.error === null ? (
      <Skeleton className="h-64 w-full rounded-card" />
    ) : (
      <EmptyState
        title="This cannot be shown now"
        actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
      >
        {matchAdvice(query.error)}
      </EmptyState>
    );
  const items = query.data.pages.flatMap(({ items: some }) => some);
  if (items.length === 0) return empty;
  return (
    <>
      <ul
        aria-label={label}
        className="divide-y divide-line rounded-card border border-line bg-surface shadow-card"
      >
        {items.map((item) => (
          <li key={itemKey(item)} className="p-4 sm:px-5">
            {children(item)}
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <div className="mt-4 text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}
