import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { User } from "../../protocol/identity/account.ts";
import { useMe } from "../identity/use-me.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { fetchStanding } from "./api.ts";
import { Desk } from "./desk/desk.tsx";
import { BlockList } from "./lists/blocks.tsx";
import { History } from "./lists/history.tsx";
import { standingKey } from "./standing.ts";
import { AccountRequired } from "./steps/account-required.tsx";
import { Banned } from "./steps/banned.tsx";
import { ProfileStep } from "./steps/profile-step.tsx";
import { RulesStep } from "./steps/rules-step.tsx";
import { WelcomeStep } from "./steps/welcome-step.tsx";
import { matchAdvice } from "./words.ts";

const parts = [
  { part: "", title: "Call" },
  { part: "history", title: "History" },
  { part: "blocked", title: "Blocked" },
  { part: "profile", title: "Profile" },
] as const;

/** Random video calls: everything from the first visit to the last call. */
export default function MatchPage({ part = "" }: { part?: string | undefined }) {
  const { me, error } = useMe();
  return (
    <Page title="Meet somebody" aside={me ? <Parts part={part} /> : undefined}>
      <div className="mt-5">
        {me === undefined && error === null && <MatchSkeleton />}
        {error !== null && me === undefined && <Failed error={error} />}
        {me === null && <WelcomeStep />}
        {me && <Prepared key={me.user.id} user={me.user} part={part} />}
      </div>
    </Page>
  );
}

/** What the place holds until it is known who is there and what they have. */
function MatchSkeleton() {
  return (
    <div aria-busy="true" className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Skeleton className="aspect-[4/3] w-full rounded-card sm:aspect-video" />
      <Skeleton className="h-80 w-full rounded-card" />
    </div>
  );
}

function Failed({ error }: { error: unknown }) {
  return <EmptyState title="This cannot be shown now">{matchAdvice(error)}</EmptyState>;
}

function Parts({ part: current }: { part: string }) {
  return (
    <nav aria-label="Match" className="-mx-2 flex max-w-full flex-wrap">
      {parts.map(({ part, title }) => (
        <Link
          key={part}
          href={part === "" ? "/match" : `/match/${part}`}
          aria-current={part === current ? "page" : undefined}
          className="inline-flex min-h-11 items-center rounded-control px-2.5 text-[0.9375rem] font-medium text-muted hover:text-ink aria-[current=page]:text-ink aria-[current=page]:underline aria-[current=page]:decoration-accent aria-[current=page]:decoration-2 aria-[current=page]:underline-offset-8"
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}

/** The first thing that lacks before a call, or the call itself. */
function Prepared({ user: { id: userId, name, guest }, part }: { user: User; part: string }) {
  const standing = useQuery({ queryKey: standingKey, queryFn: fetchStanding });
  if (standing.data === undefined)
    return standing.error === null ? <MatchSkeleton /> : <Failed error={standing.error} />;
  const { ban, accountRequired, rules, profile, warnings } = standing.data;
  if (part === "history") return <History />;
  if (part === "blocked") return <BlockList />;
  if (ban !== null) return <Banned ban={ban} />;
  if (accountRequired) return <AccountRequired guest={guest} />;
  if (rules.confirmedAt === null) return <RulesStep />;
  if (profile === null || part === "profile")
    return <ProfileStep profile={profile} name={name} warnings={warnings} />;
  return <Desk userId={userId} profile={profile} />;
}
