import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import {
  type CreateWatchRoom,
  createWatchRoomSchema,
  joinWatchRoomSchema,
} from "../../protocol/watch/rest.ts";
import { adviceFor } from "../api/problem.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { createRoom } from "./api.ts";
import { keepRoom, lastName } from "./seats.ts";

type CreateRoomFormProps = {
  /** What else the room shall be; without it a clip that ships and the usual options. */
  more?: Omit<CreateWatchRoom, "title"> | undefined;
  /** Fields for that, between the names and the button. */
  children?: ReactNode;
  /** What stands in those fields will do. */
  ready?: boolean;
  /** Somebody tried to start the room: what is missing has to be said. */
  onAsked?: () => void;
};

/** Starts a room and goes there. */
export function CreateRoomForm({ more, children, ready = true, onAsked }: CreateRoomFormProps) {
  const [, navigate] = useLocation();
  const [title, setTitle] = useState("");
  const [name, setName] = useState(lastName);
  const [checked, setChecked] = useState(false);
  const create = useMutation({
    mutationFn: () => createRoom({ ...more, title }),
    onSuccess: ({ room, seat }) => {
      keepRoom({ id: room.id, title: room.title, name: name.trim(), seat, usedAt_ms: Date.now() });
      navigate(`/watch/${room.id}`);
    },
  });
  const titleError = titleProblem(title);
  const nameError = nameProblem(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    onAsked?.();
    if (ready && titleError === undefined && nameError === undefined) create.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Field
        label="Title of the room"
        placeholder="Friday film"
        maxLength={80}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        error={checked ? titleError : undefined}
      />
      <Field
        label="Your name"
        placeholder="As the others will see it"
        autoComplete="nickname"
        maxLength={40}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={checked ? nameError : undefined}
      />
      {children}
      <Button type="submit" variant="primary" busy={create.isPending} className="mt-1 w-full">
        {create.isPending ? "Starting the room" : "Start a room"}
      </Button>
      <p role="alert" className="mt-2 text-sm text-bad empty:hidden">
        {create.isError && adviceFor(create.error)}
      </p>
    </form>
  );
}

function titleProblem(title: string): string | undefined {
  if (title.trim() === "") return "Give the room a title.";
  const fits = createWatchRoomSchema.shape.title.safeParse(title).success;
  return fits ? undefined : "Use one line of ordinary characters, at most 80.";
}

/** What is wrong with a person's name, in their words; undefined when nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === "") return "Say who you are.";
  const fits = joinWatchRoomSchema.shape.name.safeParse(name).success;
  return fits ? undefined : "Use one line of ordinary characters, at most 40.";
}
