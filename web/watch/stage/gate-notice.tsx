import type { WatchMember } from "../../../protocol/watch/member.ts";

type GateNoticeProps = {
  /** Ids of those whose player is not ready yet. */
  waitingFor: readonly string[];
  members: readonly WatchMember[];
  memberId: string | null;
};

const named_max = 3;

/** Says for whom the start waits; it begins by itself, after 5 s at the latest. */
export function GateNotice({ waitingFor, members, memberId }: GateNoticeProps) {
  if (waitingFor.length === 0) return null;
  const names = waitingFor.map((id) =>
    id === memberId ? "you" : (members.find((member) => member.id === id)?.name ?? "somebody"),
  );
  return (
    <p
      role="status"
      className="absolute bottom-4 left-4 max-w-[calc(100%-2rem)] rounded-control bg-surface/90 px-3 py-1.5 text-sm motion-safe:animate-breathe"
    >
      Waiting for {listOf(names)}, 5 seconds at most
    </p>
  );
}

/** `Ann`, `Ann and Bob`, `Ann, Bob, Cleo and 4 more`. */
export function listOf(names: readonly string[]): string {
  const shown = names.slice(0, named_max);
  const more = names.length - shown.length;
  const parts = more > 0 ? [...shown, `${more} more`] : shown;
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}
