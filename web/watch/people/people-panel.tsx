import { useState } from "react";
import { compareMembers, type WatchMember } from "../../../protocol/watch/member.ts";
import type { WatchRole } from "../../../protocol/watch/permissions.ts";
import { IconButton } from "../../ui/button.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { deadZone_ms } from "../sync.ts";
import { mayManage, type PersonActions, PersonDialog } from "./person-dialog.tsx";

type PeoplePanelProps = {
  members: readonly WatchMember[];
  memberId: string | null;
  /** How far this person's own player is off now; the others' comes with what they send. */
  ownDrift_ms: number | null;
  waitingFor: readonly string[];
  ownRole: WatchRole | null;
  mayKick: boolean;
  actions: PersonActions;
};

/** Who is in the room, who they are in it, and how well they keep step. */
export function PeoplePanel(props: PeoplePanelProps) {
  const { members, memberId, ownRole, mayKick, actions } = props;
  const [managed, setManaged] = useState<string | null>(null);
  const sorted = [...members].sort(compareMembers);
  return (
    <>
      {members.length === 0 && <Skeleton className="m-3 h-9 w-40" />}
      <ul className="flex flex-col px-2">
        {sorted.map((member) => (
          <li key={member.id} className="flex min-h-11 items-center gap-2.5 rounded-control px-2">
            <span
              aria-hidden="true"
              className={`grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent ${member.away ? "opacity-50" : ""}`}
            >
              {initialOf(member.name)}
            </span>
            <span className={`min-w-0 truncate ${member.away ? "text-muted" : ""}`}>
              {member.name}
            </span>
            <span className="text-sm whitespace-nowrap text-muted">{noteOf(member, memberId)}</span>
            <DriftMark member={member} {...props} />
            {member.id !== memberId && mayManage(ownRole, mayKick, member) && (
              <IconButton
                icon="more"
                label={`Manage ${member.name}`}
                onClick={() => setManaged(member.id)}
              />
            )}
          </li>
        ))}
      </ul>
      <PersonDialog
        person={members.find(({ id }) => id === managed) ?? null}
        ownRole={ownRole}
        mayKick={mayKick}
        actions={actions}
        onClose={() => setManaged(null)}
      />
    </>
  );
}

/** Away, waited for, or in step and by how much: in words for those who hear it. */
function DriftMark({
  member,
  memberId,
  ownDrift_ms,
  waitingFor,
}: PeoplePanelProps & { member: WatchMember }) {
  const own = member.id === memberId && ownDrift_ms !== null ? Math.abs(ownDrift_ms) : undefined;
  const drift_ms = own ?? member.drift_ms;
  const [tone, words, title] = member.away
    ? (["bg-edge", "away", "The line was lost; the place is kept for 30 s"] as const)
    : waitingFor.includes(member.id)
      ? (["bg-warn", "loading", "Everybody waits for this player"] as const)
      : drift_ms === undefined
        ? (["bg-transparent", "", ""] as const)
        : drift_ms <= deadZone_ms
          ? (["bg-good", `±${Math.round(drift_ms)} ms`, "In step with the room"] as const)
          : (["bg-warn", `±${Math.round(drift_ms)} ms`, "Catching up with the room"] as const);
  return (
    <span
      aria-hidden={words === "" || undefined}
      title={title}
      className="ml-auto inline-flex items-center gap-1.5 text-sm whitespace-nowrap text-muted tabular-nums"
    >
      <span aria-hidden="true" className={`size-2 rounded-full ${tone}`} />
      {words}
    </span>
  );
}

function initialOf(name: string): string {
  return [...name.trim()][0]?.toLocaleUpperCase() ?? "?";
}

const roleWords = { host: "host", cohost: "co-host", viewer: "" } as const;

function noteOf(member: WatchMember, memberId: string | null): string {
  const notes = [roleWords[member.role], member.id === memberId && "you"];
  return notes.filter(Boolean).join(", ");
}
