import type { WatchMember } from "../../protocol/watch/down.ts";
import { Skeleton } from "../ui/skeleton.tsx";

type PeopleProps = { members: readonly WatchMember[]; memberId: string | null };

/** Who is in the room. */
export function People({ members, memberId }: PeopleProps) {
  return (
    <section aria-labelledby="people">
      <h2 id="people" className="mb-2 font-semibold">
        People <span className="font-normal text-muted tabular-nums">{members.length || ""}</span>
      </h2>
      {members.length === 0 && <Skeleton className="h-9 w-40" />}
      <ul className="flex max-h-72 flex-col gap-2 overflow-y-auto">
        {members.map((member) => (
          <li key={member.id} className="flex items-center gap-3">
            <span
              aria-hidden="true"
              className="grid size-9 shrink-0 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent"
            >
              {initialOf(member.name)}
            </span>
            <span className="min-w-0 truncate">{member.name}</span>
            <span className="ml-auto text-sm text-muted">{noteOf(member, memberId)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function initialOf(name: string): string {
  return [...name.trim()][0]?.toLocaleUpperCase() ?? "?";
}

function noteOf(member: WatchMember, memberId: string | null): string {
  const notes = [member.role === "host" && "host", member.id === memberId && "you"];
  return notes.filter(Boolean).join(", ");
}
