import { relaxationSchedule } from "../../../protocol/match/relaxation.ts";
import type { Wishes } from "../../../protocol/match/ticket.ts";
import { Button } from "../../ui/button.tsx";
import { ConnectionBadge } from "../../ui/connection-badge.tsx";
import { Icon } from "../../ui/icon.tsx";
import type { LobbySnapshot } from "../lobby-session.ts";
import { useNow_ms } from "../use-store.ts";
import { durationText, filterNames, noticeText } from "../words.ts";

/** The wait, with honest numbers: how long, with how many, and what has given way. */
export function Search({ lobby, onCancel }: { lobby: LobbySnapshot; onCancel: () => void }) {
  const now_ms = useNow_ms();
  const { connection, counts, ticket, notice, usualWait_ms } = lobby;
  const waited_ms = ticket === null ? 0 : Math.max(0, now_ms - ticket.since_ms);
  const others = counts === null ? null : Math.max(0, counts.waiting - 1);
  return (
    <section
      aria-labelledby="searching"
      className="rounded-card border border-line bg-surface p-5 shadow-card"
    >
      <div className="flex items-center justify-between gap-3">
        <h2 id="searching" className="text-lg font-semibold">
          Looking for somebody
        </h2>
        <ConnectionBadge state={connection} />
      </div>
      <p className="mt-4 text-center text-4xl font-semibold tabular-nums">
        {durationText(waited_ms)}
      </p>
      <p role="status" className="mt-1 min-h-6 text-center text-muted tabular-nums">
        {others !== null && othersText(others, counts?.in_call ?? 0)}
      </p>
      <p className="mt-1 text-center text-sm text-muted">
        There is no line to stand in: you meet whoever fits at once.
        {usualWait_ms !== null &&
          ` Half of all waits here took ${withinText(usualWait_ms)} at most.`}
      </p>
      {notice !== null && (
        <p role="status" className="mt-3 rounded-control bg-warn-soft px-4 py-2.5 text-sm">
          {noticeText(notice)}
        </p>
      )}
      {ticket !== null && <Steps wishes={ticket.wishes} waited_ms={waited_ms} />}
      <Button className="mt-5 w-full" onClick={onCancel}>
        Stop looking
      </Button>
      {ticket !== null && (
        <p className="mt-2 text-center text-sm text-muted tabular-nums">
          Looks for {durationText(ticket.until_ms - now_ms)} more at most
        </p>
      )}
    </section>
  );
}

function withinText(wait_ms: number): string {
  return wait_ms < 60_000
    ? `${Math.max(1, Math.round(wait_ms / 1000))} s`
    : `${Math.round(wait_ms / 60_000)} min`;
}

function othersText(others: number, inCall: number): string {
  const waiting =
    others === 0
      ? "Nobody else waits just now"
      : others === 1
        ? "1 other person waits"
        : `${others} others wait`;
  return `${waiting}; ${inCall} in a call`;
}

/** Each wish of one's own, and when it gives way. */
function Steps({ wishes, waited_ms }: { wishes: Wishes; waited_ms: number }) {
  const steps = relaxationSchedule.filter(({ filter }) => wishes[filter] !== undefined);
  if (steps.length === 0)
    return <p className="mt-4 text-center">You asked for nothing in particular: anybody fits.</p>;
  return (
    <ul aria-label="What you asked for" className="mt-4 space-y-2">
      {steps.map(({ filter, after_ms, to }) => {
        const firm = wishes.firm?.includes(filter) ?? false;
        const given = !firm && waited_ms >= after_ms;
        const when = firm
          ? "held"
          : given
            ? to === "wider"
              ? "a range wider now"
              : "any now"
            : `${to === "wider" ? "wider" : "any"} in ${durationText(after_ms - waited_ms)}`;
        return (
          <li key={`${filter} ${to}`} className="flex items-center justify-between gap-4">
            <span className={`flex items-center gap-2 ${given ? "text-muted" : ""}`}>
              <Icon name={given ? "check" : "lock"} size={18} />
              {filterNames[filter]}
            </span>
            <span className="text-sm text-muted tabular-nums">{when}</span>
          </li>
        );
      })}
    </ul>
  );
}
