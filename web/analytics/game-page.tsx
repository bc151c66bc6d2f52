import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { Game } from "../../protocol/analytics/game.ts";
import { ApiProblem } from "../api/problem.ts";
import { identityAdvice } from "../identity/advice.ts";
import "../ops/ops.css";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { later } from "../ui/later.tsx";
import { Page } from "../ui/page.tsx";
import { Select } from "../ui/select.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { fetchGame, levelsQuery, overviewQuery } from "./api.ts";
import { partOf, parts } from "./parts.ts";
import { spans } from "./range.ts";
import { askedOf, usual } from "./view.ts";

const Waiting = () => <Skeleton className="h-96 rounded-card" />;

/** What is shown of each part, by its id. */
const shownParts = new Map(parts.map(({ id, script }) => [id, later(script, Waiting)]));

/** One game: a part of it at a time. */
export default function GamePage({ id, part }: { id: string; part: string | undefined }) {
  const game = useQuery({ queryKey: ["analytics", "game", id], queryFn: () => fetchGame(id) });
  const { range } = useView();
  // On their way while the game itself is; the part that shows one finds it under the same key.
  useQuery({ ...overviewQuery(id, range), enabled: (part ?? "overview") === "overview" });
  useQuery({ ...levelsQuery(id, range), enabled: part === "levels" });
  // So is the part's code, which would else begin to load only when the game is there.
  useEffect(() => {
    partOf(part)
      ?.script.load()
      .catch(() => {});
  }, [part]);
  if (game.isError) return <NoGame error={game.error} id={id} />;
  // One page from the beginning, whose heading takes the game's name: focus stays where it is.
  return (
    <Page title={game.data?.name ?? "Game"} aside={game.data && <Choices />}>
      {game.data === undefined ? (
        <Skeleton className="mt-6 h-96 rounded-card" />
      ) : (
        <Parts game={game.data} part={part} />
      )}
    </Page>
  );
}

/** Which of the game's events are looked at. */
function Choices() {
  const { env, span, choose } = useView();
  return (
    <div className="flex gap-3">
      <Select
        label="Where events come from"
        quiet
        value={env}
        options={[
          { value: "live", text: "Live" },
          { value: "sandbox", text: "Sandbox" },
        ]}
        onChoose={(next) => choose("env", next)}
      />
      <Select
        label="How far back"
        quiet
        value={`${span}`}
        options={spans.map((days) => ({ value: `${days}` as const, text: `${days} days` }))}
        onChoose={(days) => choose("days", days)}
      />
    </div>
  );
}

function Parts({ game, part }: { game: Game; part: string | undefined }) {
  const { range, query } = useView();
  const here = partOf(part)?.id ?? "";
  const Shown = shownParts.get(here);
  return (
    <>
      <nav aria-label="Parts of the game" className="mt-4 border-b border-line">
        <ul className="-mb-px flex flex-wrap">
          {parts.map(({ id, title }) => (
            <li key={id}>
              <Link
                href={`/analytics/${game.id}/${id}${query}`}
                aria-current={id === here ? "page" : undefined}
                className="inline-flex min-h-11 items-center border-b-2 border-transparent px-3 font-medium text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
              >
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="ops mt-4 sm:mt-6">
        {Shown && <Shown key={here} game={game} range={range} />}
      </div>
    </>
  );
}

/** What is looked at stands in the address, so that it can be passed on, and is there after a reload. */
function useView() {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const asked = new URLSearchParams(search);
  const { span, range } = askedOf(asked, Date.now());
  const choose = (name: keyof typeof usual, value: string) => {
    if (value === usual[name]) asked.delete(name);
    else asked.set(name, value);
    navigate(asked.size === 0 ? path : `${path}?${asked}`, { replace: true });
  };
  return { env: range.env, span, range, choose, query: search === "" ? "" : `?${search}` };
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
