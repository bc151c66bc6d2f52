import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import type { Game } from "../../protocol/analytics/game.ts";
import { ApiProblem } from "../api/problem.ts";
import { identityAdvice } from "../identity/advice.ts";
import "../ops/ops.css";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { fetchGame } from "./api.ts";
import { DataPart } from "./data.tsx";
import { ExplorerPart } from "./explorer.tsx";
import { FunnelPart } from "./funnel.tsx";
import { LevelsPart } from "./levels.tsx";
import { OverviewPart } from "./overview.tsx";
import { lastDays, type Span, spans } from "./range.ts";
import { RetentionPart } from "./retention.tsx";
import { SetupPart } from "./setup.tsx";
import { TailPart } from "./tail.tsx";
import type { GameView } from "./view.ts";

const parts: readonly {
  readonly id: string;
  readonly title: string;
  readonly show: (view: GameView) => ReactNode;
}[] = [
  { id: "overview", title: "Overview", show: (view) => <OverviewPart {...view} /> },
  { id: "levels", title: "Levels", show: (view) => <LevelsPart {...view} /> },
  { id: "retention", title: "Retention", show: (view) => <RetentionPart {...view} /> },
  { id: "funnel", title: "Funnel", show: (view) => <FunnelPart {...view} /> },
  { id: "live", title: "Live", show: (view) => <TailPart {...view} /> },
  { id: "events", title: "Events", show: (view) => <ExplorerPart {...view} /> },
  { id: "setup", title: "Keys and schemas", show: (view) => <SetupPart {...view} /> },
  { id: "data", title: "Data", show: (view) => <DataPart {...view} /> },
];

/** One game: a part of it at a time. */
export default function GamePage({ id, part }: { id: string; part: string | undefined }) {
  const game = useQuery({ queryKey: ["analytics", "game", id], queryFn: () => fetchGame(id) });
  if (game.isError) return <NoGame error={game.error} id={id} />;
  if (game.data === undefined)
    return (
      <Page title="Game">
        <Skeleton className="mt-6 h-96 rounded-card" />
      </Page>
    );
  return <OneGame game={game.data} part={part} />;
}

function OneGame({ game, part }: { game: Game; part: string | undefined }) {
  const [span, setSpan] = useState<Span>(30);
  const [env, setEnv] = useState<AnalyticsEnv>("live");
  const shown = parts.find(({ id }) => id === (part ?? "overview")) ?? parts[0];
  const range = { env, ...lastDays(span, Date.now()) };
  return (
    <Page
      title={game.name}
      aside={
        <div className="flex gap-3">
          <Select
            label="Where events come from"
            quiet
            value={env}
            options={[
              { value: "live", text: "Live" },
              { value: "sandbox", text: "Sandbox" },
            ]}
            onChoose={setEnv}
          />
          <Select
            label="How far back"
            quiet
            value={`${span}`}
            options={spans.map((days) => ({ value: `${days}` as const, text: `${days} days` }))}
            onChoose={(days) => setSpan(spans.find((one) => `${one}` === days) ?? 30)}
          />
        </div>
      }
    >
      <nav aria-label="Parts of the game" className="mt-4 border-b border-line">
        <ul className="-mb-px flex flex-wrap">
          {parts.map(({ id, title }) => (
            <li key={id}>
              <Link
                href={`/analytics/${game.id}/${id}`}
                aria-current={id === shown?.id ? "page" : undefined}
                className="inline-flex min-h-11 items-center border-b-2 border-transparent px-3 font-medium text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
              >
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="ops mt-4 sm:mt-6">{shown?.show({ game, range })}</div>
    </Page>
  );
}

function NoGame({ error, id }: { error: Error; id: string }) {
  const signIn = error instanceof ApiProblem && error.status === 401;
  const next = encodeURIComponent(`/analytics/${id}`);
  return (
    <Page title={signIn ? "Sign in to see this game" : "There is no such game"}>
      <div className="mt-6">
        <EmptyState
          title={signIn ? "This game is not public" : "Nothing to see here"}
          actions={
            <Link
              href={signIn ? `/sign-in?next=${next}` : "/analytics"}
              className={buttonClass("primary")}
            >
              {signIn ? "Sign in" : "My games"}
            </Link>
          }
        >
          {signIn ? "Its members see its reports." : identityAdvice(error)}
        </EmptyState>
      </div>
    </Page>
  );
}
