import { useQuery } from "@tanstack/react-query";
import { adviceFor } from "../api/problem.ts";
import { Badge } from "../ui/badge.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Table } from "../ui/table.tsx";
import { fetchReady } from "./api.ts";

const names = { redis: "Redis", postgres: "Postgres", room: "Rooms" } as const;
const parts = ["redis", "postgres", "room"] as const;

/** The state of each part behind the API; asks for it as it is shown. */
export function Parts() {
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
