import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Job } from "../../protocol/jobs.ts";
import type { Overview } from "../../protocol/overview.ts";
import { adviceFor } from "../api/problem.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useToast } from "../ui/toast.tsx";
import { type Access, deadJobs_max, fetchDeadJobs, retryDeadJob } from "./api.ts";
import { Card, Figure, Figures } from "./card.tsx";
import { countText, durationText } from "./format.ts";

/** Background jobs: how many wait, and those that were given up, to be sent on again. */
export function JobsCard({ overview, access }: { overview: Overview; access: Access }) {
  const { jobs, checks } = overview.health;
  const dead = useQuery({
    queryKey: ["ops", "dead-jobs", access],
    queryFn: () => fetchDeadJobs(access),
    // Only when somebody wants to see them: it asks Postgres, which may be asleep.
    enabled: false,
    retry: false,
  });
  const age_ms = overview.server_ms - Date.parse(checks.postgres.checkedAt);
  return (
    <Card
      title="Jobs"
      note={
        jobs === null
          ? "Postgres did not say how the jobs stand."
          : `As Postgres said ${durationText(age_ms)} ago.`
      }
    >
      {jobs !== null && (
        <Figures>
          <Figure label="Queued" value={countText(jobs.queued)} />
          <Figure label="Running" value={countText(jobs.running)} />
          <Figure
            label="Dead"
            value={countText(jobs.dead)}
            level={jobs.dead > 0 ? "critical" : "good"}
          />
          <Figure
            label="Oldest due"
            value={jobs.oldestDue_ms === 0 ? "none" : durationText(jobs.oldestDue_ms)}
          />
        </Figures>
      )}
      <div className="mt-4 flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4">
        <h3 className="font-medium">Dead letters</h3>
        <Button busy={dead.isFetching} onClick={() => void dead.refetch()}>
          {dead.data === undefined ? "Show" : "Look again"}
        </Button>
      </div>
      <DeadJobs
        jobs={dead.data}
        error={dead.error}
        loading={dead.isFetching && dead.data === undefined}
        access={access}
      />
    </Card>
  );
}

function DeadJobs({
  jobs,
  error,
  loading,
  access,
}: {
  jobs: readonly Job[] | undefined;
  error: Error | null;
  loading: boolean;
  access: Access;
}) {
  if (loading) return <Skeleton className="mt-3 h-20" />;
  if (error !== null) return <p className="mt-3 text-bad">{adviceFor(error)}</p>;
  if (jobs === undefined)
    return (
      <p className="mt-1 text-sm text-muted">
        Asks Postgres, and wakes it if it sleeps; so only when you want to see them.
      </p>
    );
  if (jobs.length === 0)
    return (
      <div className="mt-3">
        <EmptyState title="No dead jobs">Every job ended, or is still being tried.</EmptyState>
      </div>
    );
  return (
    <ul className="mt-2 divide-y divide-line">
      {jobs.map((job) => (
        <DeadJob key={job.id} job={job} access={access} />
      ))}
      {jobs.length === deadJobs_max && (
        <li className="py-3 text-sm text-muted">These are the newest {deadJobs_max}.</li>
      )}
    </ul>
  );
}

function DeadJob({ job, access }: { job: Job; access: Access }) {
  const showToast = useToast();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryDeadJob(access, job.id),
    onSuccess: () => {
      queries.setQueryData<readonly Job[]>(["ops", "dead-jobs", access], (known) =>
        known?.filter(({ id }) => id !== job.id),
      );
      showToast(`${job.kind} is queued again`);
    },
    onError: (error) => showToast(adviceFor(error)),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium break-words">{job.kind}</p>
        <p className="text-sm break-words text-muted">
          {job.error === null ? "no error was kept" : `${job.error.code}: ${job.error.message}`}
        </p>
        <p className="text-sm text-muted">
          {job.attempts} tries, given up{" "}
          {durationText(Date.now() - (job.finishedAt_ms ?? job.updatedAt_ms))} ago
        </p>
      </div>
      <Button busy={retry.isPending} onClick={() => retry.mutate()}>
        Try again
      </Button>
    </li>
  );
}
