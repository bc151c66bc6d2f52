import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { RawEvent } from "../../protocol/analytics/reports.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Card } from "../ops/card.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { fetchEvents } from "./api.ts";
import { useEver } from "./ever.ts";
import { FirstEventHere } from "./nothing-here.tsx";
import { momentText } from "./text.ts";
import type { GameView } from "./view.ts";

const kinds = [
  { value: "", text: "Any kind" },
  { value: "event", text: "Events" },
  { value: "level", text: "Levels" },
  { value: "session_start", text: "Session starts" },
  { value: "session_end", text: "Session ends" },
  { value: "error", text: "Errors" },
] as const;
type Kind = (typeof kinds)[number]["value"];

/** Raw events that fit a filter, newest first. */
export function ExplorerPart({ game, range }: GameView) {
  const [filter, setFilter] = useState<Readonly<Record<string, string>>>({});
  const pages = useInfiniteQuery({
    queryKey: ["analytics", "events", game.id, range, filter],
    queryFn: ({ pageParam }) => fetchEvents(game.id, range, filter, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
  });
  const events = pages.data?.pages.flatMap((page) => page.events);
  const isBare = events?.length === 0 && Object.keys(filter).length === 0;
  const ever = useEver(game, range.env, isBare);
  if (isBare && ever === false)
    return <FirstEventHere game={game} env={range.env} again={() => void pages.refetch()} />;
  return (
    <Card title="Events" note={`Raw, as they were sent; kept for ${game.retention_days} days.`}>
      <Filter onFilter={setFilter} />
      {pages.isError && <p className="text-bad">{identityAdvice(pages.error)}</p>}
      {events === undefined && !pages.isError && <Skeleton className="h-48" />}
      {events?.length === 0 && (
        <EmptyState title={isBare ? "No events in these days" : "No event fits"}>
          {isBare ? "Look further back." : "Look further back, or for less."}
        </EmptyState>
      )}
      <ol aria-label="Events" className="divide-y divide-line">
        {events?.map((event) => (
          <li key={event.uuid}>
            <OneEvent event={event} />
          </li>
        ))}
      </ol>
      {pages.hasNextPage && (
        <Button
          className="mt-4 w-full"
          busy={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </Card>
  );
}

function Filter({ onFilter }: { onFilter: (filter: Record<string, string>) => void }) {
  const [kind, setKind] = useState<Kind>("");
  const [name, setName] = useState("");
  const [player, setPlayer] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = { kind, name: name.trim(), player: player.trim() };
    onFilter(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")));
  };
  return (
    <form
      onSubmit={submit}
      className="mb-2 grid items-start gap-x-3 sm:grid-cols-[1fr_1fr_1fr_auto]"
    >
      <Select label="Kind" value={kind} options={kinds} onChoose={setKind} />
      <Field
        label="Name"
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Field
        label="Player"
        maxLength={64}
        value={player}
        onChange={(event) => setPlayer(event.currentTarget.value)}
      />
      <Button type="submit" className="sm:mt-6">
        Look
      </Button>
    </form>
  );
}

function OneEvent({ event }: { event: RawEvent }) {
  const what = [event.name, event.level, event.status].filter(Boolean).join(" ");
  return (
    <details className="py-1.5">
      <summary className="flex flex-wrap gap-x-3 text-sm">
        <span className="text-muted tabular-nums">{momentText(event.at)}</span>
        <span className="font-medium">{event.kind}</span>
        <span className="break-all">{what}</span>
        <span className="break-all text-muted">{event.player}</span>
      </summary>
      <pre className="mt-2 rounded-control bg-sunken p-3 font-mono text-xs break-all whitespace-pre-wrap">
        {JSON.stringify(event, null, 2)}
      </pre>
    </details>
  );
}
