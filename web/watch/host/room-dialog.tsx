import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Ban } from "../../../protocol/watch/down.ts";
import type { RoomOptions } from "../../../protocol/watch/options.ts";
import { isAtLeast, mayDo, type WatchRole } from "../../../protocol/watch/permissions.ts";
import { adviceFor } from "../../api/problem.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Switch } from "../../ui/switch.tsx";
import type { WatchSession } from "../session.ts";
import { endRoom, type Seated, updateRoom } from "./api.ts";
import { InviteSection } from "./invite-section.tsx";
import { PermissionTable } from "./permission-table.tsx";
import { RoomFields } from "./room-fields.tsx";
import { ToldSwitch } from "./told-switch.tsx";

type RoomDialogProps = {
  open: boolean;
  onClose: () => void;
  session: WatchSession;
  options: RoomOptions;
  role: WatchRole;
  bans: readonly Ban[];
  /** Read when it is needed: a seat is renewed with every join. */
  seated: () => Seated;
};

/** Whether there is anything in the room's settings for somebody. */
export function hasSettings(role: WatchRole, options: RoomOptions): boolean {
  return isAtLeast(role, "cohost") || mayDo(role, "invite", options.permissions);
}

/** Everything about the room itself, as far as one's role reaches. */
export function RoomDialog({ open, onClose, ...rest }: RoomDialogProps) {
  return (
    <Dialog open={open} title="The room" onClose={onClose}>
      <Sections {...rest} />
    </Dialog>
  );
}

function Sections(props: Omit<RoomDialogProps, "open" | "onClose">) {
  const { session, options, role, bans, seated } = props;
  const isHost = role === "host";
  const { permissions } = options;
  return (
    <div className="flex flex-col gap-6">
      {mayDo(role, "invite", permissions) && <InviteSection seated={seated} role={role} />}
      {isAtLeast(role, "cohost") && (
        <Section title="The door">
          <ToldSwitch
            label="Locked"
            hint="Nobody new comes in. Who is inside may stay and come back."
            checked={options.locked}
            onChange={(locked) => session.tell({ type: "lock", locked })}
          />
          {isHost && <Publicness options={options} seated={seated} />}
          {isHost && (
            <ToldSwitch
              label="Wait for slow players"
              hint="Before each start the room waits up to 5 seconds for those still loading."
              checked={options.gate}
              onChange={(gate) => session.tell({ type: "set_options", gate })}
            />
          )}
        </Section>
      )}
      {isHost && (
        <>
          <Section title="Title, places and password">
            <RoomFields options={options} session={session} seated={seated} />
          </Section>
          <Section title="Who may do what">
            <PermissionTable
              permissions={permissions}
              onChange={(next) => session.tell({ type: "set_permissions", permissions: next })}
            />
          </Section>
        </>
      )}
      {mayDo(role, "kick", permissions) && bans.length > 0 && (
        <Section title="Banned">
          <ul>
            {bans.map(({ memberId, name }) => (
              <li key={memberId} className="flex items-center justify-between gap-3">
                <span className="min-w-0 truncate">{name}</span>
                <Button
                  variant="quiet"
                  aria-label={`Lift the ban of ${name}`}
                  onClick={() => session.tell({ type: "unban", memberId })}
                >
                  Lift the ban
                </Button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {isHost && <EndRoom seated={seated} />}
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Publicness({ options, seated }: Pick<RoomDialogProps, "options" | "seated">) {
  const change = useMutation({
    mutationFn: (listed: boolean) => updateRoom(seated(), { public: listed }),
  });
  return (
    <>
      <Switch
        label="Public"
        hint="Stands in the list of rooms for anybody to find."
        checked={change.isPending ? change.variables : options.public}
        busy={change.isPending}
        onChange={(listed) => change.mutate(listed)}
      />
      <p role="alert" className="text-sm text-bad empty:hidden">
        {change.isError && adviceFor(change.error)}
      </p>
    </>
  );
}

/** Asks once more: nobody can bring a room back. */
function EndRoom({ seated }: Pick<RoomDialogProps, "seated">) {
  const [asking, setAsking] = useState(false);
  const end = useMutation({ mutationFn: () => endRoom(seated()) });
  return (
    <section className="border-t border-line pt-4">
      {asking ? (
        <>
          <p>The room ends for everybody, and its chat and queue are gone. End it?</p>
          <div className="mt-3 flex flex-wrap gap-3">
            <Button onClick={() => setAsking(false)}>Keep the room</Button>
            <Button variant="danger" busy={end.isPending} onClick={() => end.mutate()}>
              End it for everybody
            </Button>
          </div>
        </>
      ) : (
        <Button variant="danger" onClick={() => setAsking(true)}>
          End the room
        </Button>
      )}
      <p role="alert" className="mt-2 text-sm text-bad empty:hidden">
        {end.isError && adviceFor(end.error)}
      </p>
    </section>
  );
}
