import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { WatchRoom } from "../../protocol/watch/rest.ts";
import { ApiProblem, adviceFor } from "../api/problem.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Field } from "../ui/field.tsx";
import { Page } from "../ui/page.tsx";
import { PageSkeleton } from "../ui/skeleton.tsx";
import { findRoom, joinRoom } from "./api.ts";
import { nameProblem } from "./create-form.tsx";
import { forgetInvite, inviteInAddress } from "./invite-address.ts";
import type { RoomEntry } from "./room.tsx";
import { RoomMissing } from "./room-missing.tsx";
import { keepRoom, lastName } from "./seats.ts";

type JoinPageProps = { id: string; onJoined: (entry: RoomEntry) => void };

/** For somebody who came by a room's link: who they are, then in. */
export function JoinPage({ id, onJoined }: JoinPageProps) {
  const room = useQuery({ queryKey: ["watch", id], queryFn: () => findRoom(id) });
  if (room.isPending) return <PageSkeleton />;
  if (room.isSuccess) return <JoinForm id={id} room={room.data} onJoined={onJoined} />;
  if (room.error instanceof ApiProblem && !isPassing(room.error))
    return <RoomMissing expired={room.error.code === "room_expired"} />;
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

function JoinForm({ id, room, onJoined }: JoinPageProps & { room: WatchRoom }) {
  const [name, setName] = useState(lastName);
  const [password, setPassword] = useState("");
  const [checked, setChecked] = useState(false);
  const [invite, setInvite] = useState(inviteInAddress);
  // The room may have been given its password since it was looked up.
  const [closed, setClosed] = useState(room.hasPassword);
  const asksPassword = invite === undefined && closed;
  const join = useMutation({
    mutationFn: () =>
      joinRoom(id, {
        name,
        ...(asksPassword && { password }),
        ...(invite !== undefined && { invite }),
      }),
    onSuccess: (joined) => {
      const { title } = joined.room;
      const kept = { id, title, name: name.trim(), seat: joined.seat, usedAt_ms: Date.now() };
      keepRoom(kept);
      forgetInvite();
      onJoined({ ...kept, joined });
    },
    onError: (error) => {
      // An invite that is good for nothing is not shown again; the password may still do.
      if (!(error instanceof ApiProblem)) return;
      if (error.code === "invite_invalid") setInvite(undefined);
      if (error.code === "password_required") setClosed(true);
    },
  });
  const refusedFor = join.error instanceof ApiProblem ? join.error.code : undefined;
  const nameError = nameProblem(name);
  const passwordError =
    asksPassword && password === "" ? "Ask whoever sent you the link." : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (nameError === undefined && passwordError === undefined) join.mutate();
  };
  return (
    <Page title={room.title}>
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
          error={checked ? nameError : undefined}
        />
        {asksPassword && (
          <Field
            label="Password of the room"
            type="password"
            autoComplete="off"
            maxLength={100}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            error={
              refusedFor === "password_invalid" && !join.isPending
                ? "That is not the password. Try again, or ask for an invite link."
                : checked
                  ? passwordError
                  : undefined
            }
          />
        )}
        <Button type="submit" variant="primary" busy={join.isPending} className="mt-3 w-full">
          {join.isPending ? "Joining" : "Join the room"}
        </Button>
        <p role="alert" className="mt-2 text-sm text-bad empty:hidden">
          {join.isError && refusedFor !== "password_invalid" && joinAdvice(join.error)}
        </p>
      </form>
    </Page>
  );
}

function joinAdvice(error: unknown): string {
  if (error instanceof ApiProblem)
    switch (error.code) {
      case "invite_invalid":
        return "This invite link has expired or was taken back. Ask for a new one, or join with the password.";
      case "password_required":
        return "This room has a password. Type it in, then join.";
      case "room_banned":
        return "You were banned from this room. Only its host can change that.";
      case "room_locked":
        return "This room is locked. Ask its host to let you in, then try again.";
    }
  return adviceFor(error);
}
