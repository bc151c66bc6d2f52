import { useQuery } from "@tanstack/react-query";
import { measureCommand } from "../../cost/measured.ts";
import { adviceFor } from "../api/problem.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { fetchSummary } from "./api.ts";
import { Comparison } from "./comparison.tsx";
import "../ops/ops.css";
import "./cost.css";
import { LeftOut, PriceSources } from "./grounds.tsx";
import { choicesOf } from "./model.ts";

/** What a month costs at the edge and in containers, for somebody deciding where to host. */
export default function CostPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ["cost", "measured"],
    queryFn: fetchSummary,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const measured = data !== undefined && data !== null && choicesOf(data).length > 0;
  return (
    <Page title="What it costs">
      <p className="mt-1 max-w-3xl text-muted print:hidden">
        The same people, on Offrail at the edge and on the always-on container it replaces, by units
        that were measured on both and the vendors’ prices.
      </p>
      <div className="ops cost mt-4 grid gap-4 sm:mt-6 sm:gap-6">
        {measured ? (
          <Comparison summary={data} />
        ) : (
          <>
            {error !== null && <Unread error={error} onRetry={() => void refetch()} />}
            {error === null && data === undefined && <Loading />}
            {error === null && data !== undefined && <Unmeasured />}
            <div className="grid items-start gap-4 sm:gap-6 lg:grid-cols-2">
              <PriceSources />
              <LeftOut />
            </div>
          </>
        )}
      </div>
    </Page>
  );
}

function Loading() {
  return (
    <div role="status">
      <p className="sr-only">Loading</p>
      <Skeleton className="h-[26rem] rounded-card sm:h-80" />
    </div>
  );
}

function Unread({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <EmptyState
      title="What was measured could not be loaded"
      actions={<Button onClick={onRetry}>Try again</Button>}
    >
      {adviceFor(error)}
    </EmptyState>
  );
}

function Unmeasured() {
  return (
    <EmptyState title="Nothing has been measured yet">
      Bills rest on measured runs alone, and nobody has run them here. Run{" "}
      <code className="font-mono text-sm whitespace-nowrap">{measureCommand}</code>, build the site
      again, and both bills stand here. The prices are below already.
    </EmptyState>
  );
}
