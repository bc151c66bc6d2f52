import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKey } from "../../protocol/identity/api-key.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Table } from "../ui/table.tsx";
import { useToast } from "../ui/toast.tsx";
import { identityAdvice } from "./advice.ts";
import { fetchKeys, revokeKey } from "./api.ts";
import { CreateKey } from "./create-key.tsx";
import { dayText, momentText } from "./moment.ts";
import { Card, Section } from "./section.tsx";

const keysKey = (organizationId: string | undefined) => ["keys", organizationId ?? "mine"] as const;

/** API keys: one's own, or an organization's. */
export function KeysSection({ organizationId }: { organizationId?: string }) {
  const [open, setOpen] = useState(false);
  const keys = useQuery({
    queryKey: keysKey(organizationId),
    queryFn: () => fetchKeys(organizationId),
  });
  const whose = organizationId === undefined ? "you" : "this organization";
  return (
    <Section
      title="API keys"
      about={`Let programs act for ${whose}, within the scopes you give them.`}
    >
      {keys.isPending && <Skeleton className="h-32" />}
      {keys.isError && <p className="text-bad">{identityAdvice(keys.error)}</p>}
      {keys.data?.keys.length === 0 && (
        <EmptyState
          title="No keys yet"
          actions={<Button onClick={() => setOpen(true)}>Make a key</Button>}
        >
          A key is shown once, when it is made. Only its hash is kept.
        </EmptyState>
      )}
      {keys.data !== undefined && keys.data.keys.length > 0 && (
        <>
          <KeyTable keys={keys.data.keys} organizationId={organizationId} />
          <Button className="mt-3" onClick={() => setOpen(true)}>
            Make a key
          </Button>
        </>
      )}
      <Dialog open={open} title="Make a key" onClose={() => setOpen(false)}>
        <CreateKey organizationId={organizationId} listKey={keysKey(organizationId)} />
      </Dialog>
    </Section>
  );
}

type KeyTableProps = { keys: readonly ApiKey[]; organizationId: string | undefined };

function KeyTable({ keys, organizationId }: KeyTableProps) {
  return (
    <Card>
      <Table
        caption="API keys"
        rows={keys}
        rowKey={({ id }) => id}
        columns={[
          {
            title: "Key",
            wide: true,
            cell: (key) => (
              <>
                <span className="block break-words">{key.name}</span>
                <span className="block text-sm font-normal text-muted">
                  <code className="font-mono">{key.start}…</code> {key.scopes.join(", ")}
                  {key.expiresAt !== null && `, until ${dayText(key.expiresAt)}`}
                </span>
              </>
            ),
          },
          {
            title: "Last used",
            minor: true,
            cell: ({ lastUsedAt }) => (
              <span className="text-muted">
                {lastUsedAt === null ? "Never" : momentText(lastUsedAt)}
              </span>
            ),
          },
          {
            title: "Actions",
            cell: (key) => <RevokeKey apiKey={key} organizationId={organizationId} />,
          },
        ]}
      />
    </Card>
  );
}

type RevokeKeyProps = { apiKey: ApiKey; organizationId: string | undefined };

function RevokeKey({ apiKey, organizationId }: RevokeKeyProps) {
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const showToast = useToast();
  const revoke = useMutation({
    mutationFn: () => revokeKey(apiKey.id),
    onSuccess: () => showToast(`The key ${apiKey.name} opens nothing any more.`),
    onError: (error) => showToast(identityAdvice(error)),
    onSettled: () => {
      setOpen(false);
      return queries.invalidateQueries({ queryKey: keysKey(organizationId) });
    },
  });
  return (
    <>
      <Button aria-label={`Revoke ${apiKey.name}`} onClick={() => setOpen(true)}>
        Revoke
      </Button>
      <Dialog open={open} title={`Revoke ${apiKey.name}?`} onClose={() => setOpen(false)}>
        <p className="font-normal">
          Programs that use <code className="font-mono">{apiKey.start}…</code> are refused from then
          on. It cannot be taken back.
        </p>
        <Button
          variant="danger"
          className="mt-5 w-full"
          busy={revoke.isPending}
          onClick={() => revoke.mutate()}
        >
          Revoke it
        </Button>
      </Dialog>
    </>
  );
}
