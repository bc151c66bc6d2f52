import { useQuery } from "@tanstack/react-query";
import { adviceFor } from "../api/problem.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { documentSchema, operationsByTag } from "./openapi.ts";
import { OperationItem } from "./operation.tsx";

const address = "/openapi.json";
const answer_ms_max = 10_000;

/** Every route of the API, as the API itself describes it. */
export default function DocsPage() {
  const api = useQuery({ queryKey: ["openapi"], queryFn: fetchDocument });
  return (
    <Page title="API reference">
      <p className="mt-2 max-w-prose text-muted">
        Drawn from{" "}
        <a href={address} className="font-medium text-accent underline underline-offset-3">
          openapi.json
        </a>
        , which is made from the very schemas that check each request. Errors are{" "}
        <code className="font-mono text-sm">application/problem+json</code> with a stable{" "}
        <code className="font-mono text-sm">code</code>.
      </p>
      {api.isPending && <Skeleton className="mt-6 h-96 rounded-card" />}
      {api.isError && (
        <div className="mt-6">
          <EmptyState
            title="The description did not load"
            actions={
              <Button variant="primary" busy={api.isFetching} onClick={() => void api.refetch()}>
                Try again
              </Button>
            }
          >
            {adviceFor(api.error)}
          </EmptyState>
        </div>
      )}
      {api.isSuccess &&
        [...operationsByTag(api.data)].map(([tag, operations]) => (
          <section key={tag} aria-labelledby={`tag-${tag}`} className="mt-7">
            <h2 id={`tag-${tag}`} className="mb-2 text-lg font-semibold capitalize">
              {tag}
            </h2>
            <div className="overflow-hidden rounded-card border border-line bg-surface">
              {operations.map((operation) => (
                <OperationItem
                  key={`${operation.method} ${operation.path}`}
                  document={api.data}
                  operation={operation}
                />
              ))}
            </div>
          </section>
        ))}
    </Page>
  );
}

async function fetchDocument() {
  const response = await fetch(address, { signal: AbortSignal.timeout(answer_ms_max) });
  return documentSchema.parse(await response.json());
}
