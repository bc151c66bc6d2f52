import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { WatchRoomListing } from "../../../protocol/watch/listing.ts";
import { adviceFor } from "../../api/problem.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { listRooms } from "./api.ts";

type RoomListProps = {
  whose: "public" | "mine";
  title: string;
  /** Stands in the list's place while it is empty. */
  empty: ReactNode;
};

/** The public list is looked at again so often while somebody has it open. */
const fresh_ms = 30_000;

/** Rooms to go to, the most recently active first, a page at a time. */
export function RoomList({ whose, title, empty }: RoomListProps) {
  const list = useInfiniteQuery({
    queryKey: ["watch", "rooms", whose],
    queryFn: ({ pageParam }) => listRooms(whose, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: fresh_ms,
    refetchOnMount: "always",
  });
  const rooms = list.data?.pages.flatMap((page) => page.rooms) ?? [];
  const id = `rooms-${whose}`;
  return (
    <section aria-labelledby={id} className="min-w-0">
      <div className="mb-2 flex min-h-11 items-center justify-between gap-3">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        <Button
          variant="quiet"
          className="px-3 text-sm"
          busy={list.isFetching}
          onClick={() => void list.refetch()}
        >
          <Icon name="replay" size={18} />
          Look again
        </Button>
      </div>
      <div className="min-h-49">
        {list.isPending && <Rows />}
        {list.isError && (
          <EmptyState title="The rooms could not be listed">{adviceFor(list.error)}</EmptyState>
        )}
        {list.isSuccess && rooms.length === 0 && empty}
        {rooms.length > 0 && (
          <ul className="rounded-card border border-line bg-surface">
            {rooms.map((room) => (
              <RoomRow key={room.id} room={room} />
            ))}
          </ul>
        )}
      </div>
      {list.hasNextPage && (
        <Button
          className="mt-3 w-full"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </section>
  );
}

function RoomRow({ room }: { room: WatchRoomListing }) {
  const { id, title, mediaTitle, people, capacity, locked, hasPassword, activeAt_ms } = room;
  const closed = hasPassword ? "needs a password" : locked ? "locked" : null;
  return (
    <li className="border-b border-line last:border-b-0">
      <Link
        href={`/watch/${id}`}
        className="flex min-h-16 items-center gap-4 px-4 py-2 hover:bg-sunken"
      >
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <span className="truncate font-medium">{title}</span>
            {closed !== null && (
              <span className="inline-flex shrink-0 items-center gap-1 text-sm text-muted">
                <Icon name="lock" size={16} />
                {closed}
              </span>
            )}
          </span>
          <span className="block truncate text-sm text-muted">{mediaTitle}</span>
        </span>
        <span className="shrink-0 text-right text-sm text-muted">
          {people !== null && (
            <span className="block text-ink tabular-nums">
              {people} of {capacity}
              <span className="sr-only"> people</span>
            </span>
          )}
          {activeAt_ms !== null && (
            <span className="block">{agoText(Date.now() - activeAt_ms)}</span>
          )}
        </span>
      </Link>
    </li>
  );
}

/** How long ago something was, roughly. */
export function agoText(ago_ms: number): string {
  const minutes = Math.floor(ago_ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  return `${Math.floor(minutes / 60)} h ago`;
}

/** Holds the places of a few rooms. */
function Rows() {
  return (
    <div aria-hidden="true" className="rounded-card border border-line bg-surface">
      {[0, 1, 2].map((row) => (
        <div
          key={row}
          className="flex min-h-16 items-center border-b border-line px-4 last:border-b-0"
        >
          <Skeleton className="h-5 w-56 max-w-full" />
        </div>
      ))}
    </div>
  );
}
