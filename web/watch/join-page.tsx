import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem, adviceFor } from "../api/problem.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Field } from "../ui/field.tsx";
import { Page } from "../ui/page.tsx";
import { PageSkeleton } from "../ui/skeleton.tsx";
import { findRoom, joinRoom } from "./api.ts";
import { nameProblem } from "./create-form.tsx";
import type { RoomEntry } from "./room.tsx";
import { RoomMissing } from "./room-missing.tsx";
import { keepRoom, lastName } from "./seats.ts";

type JoinPageProps = { id: string; onJoined: (entry: RoomEntry) => void };

/** For somebody who came by a room's link: who they are, then in. */
export function JoinPage({ id, onJoined }: JoinPageProps) {
  const room = useQuery({ queryKey: ["watch", id], queryFn: () => findRoom(id) });
  if (room.isPending) return <PageSkeleton />;
  if (room.isSuccess) return <JoinForm id={id} title={room.data.title} onJoined={onJoined} />;
  if (room.error instanceof ApiProblem && !isPassing(room.error)) return <RoomMissing />;
  return (
    <Page title="The room did not answer">
      <div className="mt-6 max-w-2xl">
        <EmptyState
          title="The room could not be looked up"
          actions={
            <Button variant="primary" busy={room.isFetching} onClick={() => void room.refetch()}>
              Try again
            </Button>
          }
        >
          {adviceFor(room.error)}
        </EmptyState>
      </div>
    </Page>
  );
}

/** A failure that says nothing about whether the room is there. */
function isPassing({ status }: ApiProblem): boolean {
  return status === 429 || status >= 500;
}

function JoinForm({ id, title, onJoined }: JoinPageProps & { title: string }) {
  const [name, setName] = useState(lastName);
  const [checked, setChecked] = useState(false);
  const join = useMutation({
    mutationFn: () => joinRoom(id, { name }),
    onSuccess: (joined) => {
      const { room, seat } = joined;
      const kept = { id, title: room.title, name: name.trim(), seat, usedAt_ms: Date.now() };
      keepRoom(kept);
      onJoined({ ...kept, joined });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (nameProblem(name) === undefined) join.mutate();
  };
  return (
    <Page title={title}>
      <p className="mt-2 text-muted">You are invited to watch together.</p>
      <form
        onSubmit={submit}
        noValidate
        className="mt-6 max-w-sm rounded-card border border-line bg-surface p-5 shadow-card"
      >
        <Field
          label="Your name"
          hint="Everybody in the room will see it."
          autoComplete="nickname"
          maxLength={40}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={checked ? nameProblem(name) : undefined}
        />
        <Button type="submit" variant="primary" busy={join.isPending} className="mt-3 w-full">
          {join.isPending ? "Joining" : "Join the room"}
        </Button>
        <p role="alert" className="mt-2 text-sm text-bad empty:hidden">
          {join.isError && adviceFor(join.error)}
        </p>
      </form>
    </Page>
  );
}
