import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "../ui/badge.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { later } from "../ui/later.tsx";
import { onDemand } from "../ui/on-demand.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { fetchHealth } from "./health.ts";

const healthEvery_ms = 60_000;

/** Few ever look, so it is no part of the script that every page waits for. */
const Parts = later(
  onDemand(async () => (await import("./parts.tsx")).Parts),
  () => <Skeleton className="h-60" />,
);

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
