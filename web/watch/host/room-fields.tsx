import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { participants_max } from "../../../protocol/watch/member.ts";
import { maxParticipantsSchema, type RoomOptions } from "../../../protocol/watch/options.ts";
import { type UpdateWatchRoom, updateWatchRoomSchema } from "../../../protocol/watch/rest.ts";
import { adviceFor } from "../../api/problem.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useToast } from "../../ui/toast.tsx";
import type { WatchSession } from "../session.ts";
import { type Seated, updateRoom } from "./api.ts";

type RoomFieldsProps = {
  options: RoomOptions;
  session: WatchSession;
  seated: () => Seated;
};

const shape = updateWatchRoomSchema.shape;

/** Title, places and password of a room, saved together. */
export function RoomFields({ options, session, seated }: RoomFieldsProps) {
  const toast = useToast();
  const [title, setTitle] = useState(options.title);
  const [places, setPlaces] = useState(String(options.maxParticipants));
  const [password, setPassword] = useState("");
  const [open, setOpen] = useState(false);
  const save = useMutation({
    mutationFn: async (changes: UpdateWatchRoom) => {
      await updateRoom(seated(), changes);
    },
    onSuccess: () => {
      setPassword("");
      toast("Saved.");
    },
  });
  const count = maxParticipantsSchema.safeParse(Number(places));
  const titleBad = !shape.title.safeParse(title).success;
  const passwordBad = password !== "" && !shape.password.safeParse(password).success;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (titleBad || passwordBad || !count.success) return;
    const changes: UpdateWatchRoom = {
      ...(title.trim() !== options.title && { title }),
      ...(password !== "" && { password }),
      ...(open && { password: null }),
    };
    if (count.data !== options.maxParticipants)
      session.tell({ type: "set_options", maxParticipants: count.data });
    if (Object.keys(changes).length > 0) save.mutate(changes);
    else toast("Saved.");
  };
  return (
    <form onSubmit={submit} noValidate>
      <div className="grid grid-cols-[1fr_6rem] gap-3">
        <Field
          label="Title of the room"
          maxLength={80}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          error={titleBad ? "One line, at most 80 characters." : undefined}
        />
        <Field
          label="Places"
          type="number"
          min={1}
          max={participants_max}
          value={places}
          onChange={(event) => setPlaces(event.target.value)}
          error={count.success ? undefined : `1 to ${participants_max}`}
        />
      </div>
      <Field
        label={options.hasPassword ? "New password" : "Password"}
        type="password"
        autoComplete="new-password"
        maxLength={100}
        disabled={open}
        placeholder={options.hasPassword ? "There is one already" : "None"}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={passwordBad ? "At least 4 characters." : undefined}
        hint="Asked of everybody who comes without an invite link."
      />
      <div className="mt-1 flex flex-wrap items-center justify-between gap-3">
        {options.hasPassword ? (
          <label className="flex min-h-11 items-center gap-2">
            <input
              type="checkbox"
              checked={open}
              onChange={(event) => setOpen(event.target.checked)}
              className="size-4.5 accent-accent"
            />
            Take the password away
          </label>
        ) : (
          <span />
        )}
        <Button type="submit" busy={save.isPending}>
          Save
        </Button>
      </div>
      <p role="alert" className="mt-2 text-sm text-bad empty:hidden">
        {save.isError && adviceFor(save.error)}
      </p>
    </form>
  );
}
