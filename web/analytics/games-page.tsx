import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { Game } from "../../protocol/analytics/game.ts";
import { useMe } from "../identity/use-me.ts";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { fetchGames } from "./api.ts";
import { CreateGame } from "./create-game.tsx";
import { Part } from "./part.tsx";

/** Games that somebody may look at, and a way to make one. */
export default function GamesPage() {
  const { me, error } = useMe();
  return (
    <Page title="Game analytics">
      <p className="mt-2 max-w-prose text-muted">
        Events, sessions, levels and revenue of your games. Every event that was acknowledged is
        counted once.
      </p>
      <div className="mt-6">
        {me === undefined && error === null && <Skeleton className="h-48 rounded-card" />}
        {me === null && <SignIn />}
        {me === undefined && error !== null && <SignIn />}
        {me && <Games />}
      </div>
    </Page>
  );
}

function SignIn() {
  return (
    <EmptyState
      title="Sign in to see your games"
      actions={
        <>
          <Link href="/sign-in?next=%2Fanalytics" className={buttonClass("primary")}>
            Sign in
          </Link>
          <Link href="/sign-up?next=%2Fanalytics" className={buttonClass()}>
            Make an account
          </Link>
        </>
      }
    >
      A game belongs to you or to one of your organizations; its members see its reports.
    </EmptyState>
  );
}

function Games() {
  const games = useQuery({ queryKey: ["analytics", "games"], queryFn: fetchGames });
  return (
    <Part query={games}>
      {(data) => (
        <div className="grid items-start gap-6 lg:grid-cols-[1fr_22rem]">
          {data.games.length === 0 ? (
            <EmptyState title="No games yet">
              Make one, and the next page shows how to send its first event.
            </EmptyState>
          ) : (
            <ul className="grid gap-3 sm:grid-cols-2">
              {data.games.map((game) => (
                <li key={game.id}>
                  <GameLink game={game} />
                </li>
              ))}
            </ul>
          )}
          <CreateGame />
        </div>
      )}
    </Part>
  );
}

function GameLink({ game }: { game: Game }) {
  return (
    <Link
      href={`/analytics/${game.id}`}
      className="block rounded-card border border-line bg-surface p-4 shadow-card hover:border-edge"
    >
      <span className="block font-semibold break-words">{game.name}</span>
      <span className="block text-sm text-muted">
        {game.organizationId === null ? "Yours" : `You are its ${game.role}`}, raw events for{" "}
        {game.retention_days} days
      </span>
    </Link>
  );
}
