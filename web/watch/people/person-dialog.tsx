import { useState } from "react";
import type { WatchMember } from "../../../protocol/watch/member.ts";
import { isAtLeast, type WatchRole } from "../../../protocol/watch/permissions.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";

export type PersonActions = {
  readonly setRole: (memberId: string, role: "cohost" | "viewer") => void;
  readonly handOver: (memberId: string) => void;
  readonly kick: (memberId: string) => void;
  readonly ban: (memberId: string) => void;
};

type Act = {
  readonly name: string;
  readonly what: string;
  readonly danger?: true;
  /** Asked before it is done, because it cannot be undone by oneself. */
  readonly ask?: string;
  readonly act: () => void;
};

/** Whether somebody of this role can do anything about somebody else. */
export function mayManage(own: WatchRole | null, mayKick: boolean, other: WatchMember): boolean {
  if (own === null || other.role === "host") return false;
  return own === "host" || (mayKick && !isAtLeast(other.role, own));
}

type PersonDialogProps = {
  /** Null while closed. */
  person: WatchMember | null;
  ownRole: WatchRole | null;
  mayKick: boolean;
  actions: PersonActions;
  onClose: () => void;
};

/** What a host or co-host can do about one person. */
export function PersonDialog(props: PersonDialogProps) {
  const { person, onClose } = props;
  const [asking, setAsking] = useState<Act | null>(null);
  const close = () => {
    setAsking(null);
    onClose();
  };
  const run = (act: Act) => {
    act.act();
    close();
  };
  return (
    <Dialog open={person !== null} title={person?.name ?? ""} onClose={close}>
      {asking === null ? (
        <ul className="flex flex-col gap-4">
          {actsFor(props).map((act) => (
            <li
              key={act.name}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1"
            >
              <p className="min-w-0 flex-1 basis-52 text-sm text-muted">{act.what}</p>
              <Button
                variant={act.danger ? "danger" : "secondary"}
                className="min-w-36"
                onClick={() => (act.ask === undefined ? run(act) : setAsking(act))}
              >
                {act.name}
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <>
          <p>{asking.ask}</p>
          <div className="mt-5 flex justify-end gap-3">
            <Button onClick={() => setAsking(null)}>Cancel</Button>
            <Button variant={asking.danger ? "danger" : "primary"} onClick={() => run(asking)}>
              {asking.name}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function actsFor({ person, ownRole, mayKick, actions }: PersonDialogProps): readonly Act[] {
  if (person === null) return [];
  const { id, name, role } = person;
  const acts: Act[] = [];
  if (ownRole === "host" && role === "viewer")
    acts.push({
      name: "Make co-host",
      what: "May do what the room leaves to co-hosts, and goes on to the next video.",
      act: () => actions.setRole(id, "cohost"),
    });
  if (ownRole === "host" && role === "cohost")
    acts.push({
      name: "Make viewer",
      what: "Is a viewer again.",
      act: () => actions.setRole(id, "viewer"),
    });
  if (ownRole === "host")
    acts.push({
      name: "Hand over",
      what: "Becomes the host in your place.",
      ask: `${name} becomes the host and you a co-host. Only ${name} can give the room back.`,
      act: () => actions.handOver(id),
    });
  if (mayKick && mayManage(ownRole, mayKick, person))
    acts.push(
      {
        name: "Kick",
        what: "Leaves the room now, and may come back.",
        danger: true,
        act: () => actions.kick(id),
      },
      {
        name: "Ban",
        what: "Leaves the room now, and may not come back.",
        danger: true,
        ask: `${name} may not come back, until you lift the ban in the room's settings.`,
        act: () => actions.ban(id),
      },
    );
  return acts;
}
