import { useState } from "react";
import { adviceFor } from "../api/problem.ts";
import { useMe } from "../identity/use-me.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import type { Access } from "./api.ts";
import { BuffersCard } from "./buffers-card.tsx";
import { CachesCard } from "./caches-card.tsx";
import { HealthCard } from "./health-card.tsx";
import { JobsCard } from "./jobs-card.tsx";
import { MeterCard } from "./meter-card.tsx";
import "./ops.css";
import { OperatorsCard } from "./operators-card.tsx";
import { RoomsCard } from "./rooms-card.tsx";
import { keepToken, useToken } from "./token.ts";
import { TokenForm } from "./token-form.tsx";
import { TrafficCard } from "./traffic-card.tsx";
import { isRefusal, useOverview } from "./use-overview.ts";

/** How the house does: health, requests, rooms, caches, jobs and the meter, live. */
export default function OpsPage() {
  const token = useToken();
  const { me, error } = useMe();
  const [refused, setRefused] = useState(false);
  const forgetToken = (wrong: boolean) => {
    setRefused(wrong);
    keepToken(null);
  };
  if (token !== null) return <Dashboard access={token} onLeave={forgetToken} />;
  if (me?.operator) return <Dashboard access={null} />;
  return (
    <Page title="Operations">
      {me === undefined && error === null ? (
        <Skeleton className="mt-6 h-64 max-w-xl rounded-card" />
      ) : (
        <TokenForm refused={refused} me={me ?? null} />
      )}
    </Page>
  );
}

interface DashboardProps {
  readonly access: Access;
  /** Forgets the token; an account is left by signing out. */
  readonly onLeave?: (refused: boolean) => void;
}

function Dashboard({ access, onLeave }: DashboardProps) {
  const { data, error, isFetching, refetch } = useOverview(access);
  if (isRefusal(error)) return <Refused onLeave={onLeave && (() => onLeave(true))} />;
  return (
    <Page
      title="Operations"
      aside={
        <div className="flex flex-wrap items-center gap-4">
          <Badge tone={error === null ? "good" : "bad"} busy={isFetching}>
            {error === null ? "Live" : "No answer"}
          </Badge>
          {onLeave && (
            <Button variant="quiet" onClick={() => onLeave(false)}>
              Leave
            </Button>
          )}
        </div>
      }
    >
      {data === undefined && error === null && <Loading />}
      {data === undefined && error !== null && (
        <div className="mt-6">
          <EmptyState
            title="The figures could not be loaded"
            actions={<Button onClick={() => void refetch()}>Try again</Button>}
          >
            {adviceFor(error)}
          </EmptyState>
        </div>
      )}
      {data !== undefined && (
        <div className="ops mt-4 grid gap-4 sm:mt-6 sm:gap-6 lg:grid-cols-2">
          {!data.metered && <Unmetered />}
          <HealthCard overview={data} />
          <RoomsCard overview={data} />
          <div className="min-w-0 lg:col-span-2">
            <TrafficCard overview={data} />
          </div>
          <CachesCard overview={data} />
          <JobsCard overview={data} access={access} />
          <div className="min-w-0 lg:col-span-2">
            <BuffersCard access={access} />
          </div>
          <div className="min-w-0 lg:col-span-2">
            <MeterCard overview={data} />
          </div>
          <div className="min-w-0 lg:col-span-2">
            <OperatorsCard access={access} />
          </div>
        </div>
      )}
    </Page>
  );
}

/** The form says it, once the token is gone. */
function Refused({ onLeave }: { onLeave: (() => void) | undefined }) {
  return (
    <Page title="Operations">
      <div className="mt-6">
        {onLeave === undefined ? (
          <EmptyState title="This account opens nothing here any more">
            Ask another operator, or sign in anew.
          </EmptyState>
        ) : (
          <EmptyState
            title="This token opens nothing here"
            actions={
              <Button variant="primary" onClick={onLeave}>
                Enter another
              </Button>
            }
          >
            It is wrong, or the Worker has no <code className="font-mono text-sm">OPS_TOKEN</code>.
          </EmptyState>
        )}
      </div>
    </Page>
  );
}

function Unmetered() {
  return (
    <p role="status" className="rounded-card bg-warn-soft p-4 text-[0.9375rem] lg:col-span-2">
      <strong className="font-semibold">Redis does not answer.</strong> Figures are as they were
      when it last did; nothing is lost, isolates keep counting.
    </p>
  );
}

function Loading() {
  return (
    <div role="status" className="mt-6 grid gap-6 lg:grid-cols-2">
      <p className="sr-only">Loading</p>
      <Skeleton className="h-64 rounded-card" />
      <Skeleton className="h-64 rounded-card" />
      <Skeleton className="h-80 rounded-card lg:col-span-2" />
    </div>
  );
}
