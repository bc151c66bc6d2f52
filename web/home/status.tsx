import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adviceFor } from "../api/problem.ts";
import { Badge } from "../ui/badge.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Table } from "../ui/table.tsx";
import { fetchHealth, fetchReady } from "./api.ts";

const healthEvery_ms = 60_000;

/** Whether the API answers, small, on every page; opens the state of each part behind it. */
export function StatusBadge() {
  const [open, setOpen] = useState(false);
  const health = useQuery({
    queryKey: ["health"],
    queryFn: fetchHealth,
    refetchInterval: healthEvery_ms,
  });
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="-ml-2 inline-flex min-h-11 items-center rounded-control px-2 hover:text-ink"
      >
        {health.isPending && <Badge tone="neutral">Status: checking</Badge>}
        {health.isSuccess && <Badge tone="good">Status: up</Badge>}
        {health.isError && <Badge tone="bad">Status: no answer</Badge>}
      </button>
      <Dialog open={open} title="Status" onClose={() => setOpen(false)}>
        <Parts />
      </Dialog>
    </>
  );
}

const names = { redis: "Redis", postgres: "Postgres", room: "Rooms" } as const;
const parts = ["redis", "postgres", "room"] as const;

function Parts() {
  const ready = useQuery({ queryKey: ["ready"], queryFn: fetchReady, retry: false });
  return (
    <>
      <p className="text-muted">
        What stands behind the API. These parts sleep when nobody needs them, so they are asked only
        when somebody looks here.
      </p>
      <div className="mt-4 min-h-44">
        {ready.isPending && <Skeleton className="h-44" />}
        {ready.isError && <p className="text-bad">{adviceFor(ready.error)}</p>}
        {ready.isSuccess && (
          <Table
            caption="Parts behind the API"
            rows={parts.map((part) => ({ part, ...ready.data.checks[part] }))}
            rowKey={({ part }) => part}
            columns={[
              { title: "Part", wide: true, cell: ({ part }) => names[part] },
              {
                title: "State",
                cell: ({ status }) => (
                  <Badge tone={status === "up" ? "good" : "bad"}>{status}</Badge>
                ),
              },
              {
                title: "Answered in",
                cell: ({ latency_ms }) => (
                  <span className="tabular-nums">{Math.round(latency_ms)} ms</span>
                ),
              },
            ]}
          />
        )}
      </div>
    </>
  );
}
