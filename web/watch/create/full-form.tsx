import { useState } from "react";
import { participants_default, participants_max } from "../../../protocol/watch/member.ts";
import { maxParticipantsSchema } from "../../../protocol/watch/options.ts";
import { defaultPermissions, type WatchRole } from "../../../protocol/watch/permissions.ts";
import { createWatchRoomSchema } from "../../../protocol/watch/rest.ts";
import type { Source } from "../../../protocol/watch/source.ts";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Select } from "../../ui/select.tsx";
import { Switch } from "../../ui/switch.tsx";
import { CreateRoomForm } from "../create-form.tsx";
import { SourcePicker } from "./source-picker.tsx";

const controllers: readonly { readonly value: WatchRole; readonly text: string }[] = [
  { value: "viewer", text: "Everybody" },
  { value: "cohost", text: "Co-hosts and me" },
  { value: "host", text: "Only me" },
];

/** Starts a room with everything that can be said about one beforehand. */
export function FullCreateForm() {
  const [asked, setAsked] = useState(false);
  const [source, setSource] = useState<Source | null>({ kind: "sample", id: "timecode" });
  const [places, setPlaces] = useState(String(participants_default));
  const [control, setControl] = useState<WatchRole>("viewer");
  const [gate, setGate] = useState(false);
  const [listed, setListed] = useState(false);
  const [password, setPassword] = useState("");
  const count = maxParticipantsSchema.safeParse(Number(places));
  const passwordBad =
    password !== "" && !createWatchRoomSchema.shape.password.safeParse(password).success;
  const more =
    source !== null && count.success
      ? {
          source,
          maxParticipants: count.data,
          permissions: { ...defaultPermissions, control },
          gate,
          public: listed,
          ...(password !== "" && { password }),
        }
      : undefined;
  return (
    <CreateRoomForm
      more={more}
      ready={more !== undefined && !passwordBad}
      onAsked={() => setAsked(true)}
    >
      <SourcePicker onPick={setSource} asked={asked} />
      <details className="group mt-4 mb-3">
        <summary className="flex min-h-11 list-none items-center gap-2 font-medium">
          <span className="group-open:rotate-180">
            <Icon name="chevron" size={18} />
          </span>
          Options
        </summary>
        <div className="mt-2 flex flex-col gap-2">
          <div className="grid grid-cols-[6rem_1fr] gap-3">
            <Field
              label="Places"
              type="number"
              min={1}
              max={participants_max}
              value={places}
              onChange={(event) => setPlaces(event.target.value)}
              error={count.success ? undefined : `1 to ${participants_max}`}
            />
            <Select
              label="Who controls the video"
              value={control}
              options={controllers}
              onChoose={setControl}
            />
          </div>
          <Switch
            label="Public"
            hint="Stands in the list of rooms for anybody to find."
            checked={listed}
            onChange={setListed}
          />
          <Switch
            label="Wait for slow players"
            hint="Up to 5 seconds before each start."
            checked={gate}
            onChange={setGate}
          />
          <Field
            label="Password"
            type="password"
            autoComplete="new-password"
            maxLength={100}
            placeholder="None"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            hint="Asked of everybody who comes without an invite link."
            error={passwordBad ? "At least 4 characters." : undefined}
          />
        </div>
      </details>
    </CreateRoomForm>
  );
}
