import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Session } from "../../protocol/identity/account.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Table } from "../ui/table.tsx";
import { useToast } from "../ui/toast.tsx";
import { identityAdvice } from "./advice.ts";
import { fetchSessions, revokeOtherSessions, revokeSession } from "./api.ts";
import { deviceText, momentText } from "./moment.ts";
import { Card, Section } from "./section.tsx";

const sessionsKey = ["sessions"] as const;

export function SessionsSection() {
  const sessions = useQuery({ queryKey: sessionsKey, queryFn: fetchSessions });
  const others = sessions.data?.sessions.some(({ current }) => !current);
  return (
    <Section
      title="Sessions"
      about="Where you are signed in. What you do not recognise, end, and change your password."
    >
      {sessions.isPending && <Skeleton className="h-32" />}
      {sessions.isError && <p className="text-bad">{identityAdvice(sessions.error)}</p>}
      {sessions.isSuccess && <SessionTable sessions={sessions.data.sessions} />}
      {others && <EndOthers />}
    </Section>
  );
}

function SessionTable({ sessions }: { sessions: readonly Session[] }) {
  return (
    <Card>
      <Table
        caption="Where you are signed in"
        rows={sessions}
        rowKey={({ id }) => id}
        columns={[
          {
            title: "Browser",
            wide: true,
            cell: (session) => (
              <>
                <span className="block">{deviceText(session.userAgent)}</span>
                <span className="block text-sm font-normal text-muted">
                  {session.ipAddress ?? "address unknown"}
                </span>
              </>
            ),
          },
          {
            title: "Since",
            minor: true,
            cell: ({ createdAt }) => <span className="text-muted">{momentText(createdAt)}</span>,
          },
          {
            title: "Actions",
            cell: (session) =>
              session.current ? <Badge tone="good">This one</Badge> : <EndOne session={session} />,
          },
        ]}
      />
    </Card>
  );
}

function EndOne({ session }: { session: Session }) {
  const end = useEnding(() => revokeSession(session.id), "The session has ended.");
  return (
    <Button
      busy={end.isPending}
      aria-label={`End the session of ${deviceText(session.userAgent)} since ${momentText(session.createdAt)}`}
      onClick={() => end.mutate()}
    >
      End
    </Button>
  );
}

function EndOthers() {
  const end = useEnding(revokeOtherSessions, "All other sessions have ended.");
  return (
    <Button className="mt-3" busy={end.isPending} onClick={() => end.mutate()}>
      End all others
    </Button>
  );
}

function useEnding(end: () => Promise<unknown>, done: string) {
  const queries = useQueryClient();
  const showToast = useToast();
  return useMutation({
    mutationFn: end,
    onSuccess: () => showToast(done),
    onError: (error) => showToast(identityAdvice(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsKey }),
  });
}
