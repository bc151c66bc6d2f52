import { useState } from "react";
import type { ModeratedReport } from "../../../protocol/match/rest-moderation.ts";
import { momentText } from "../../identity/moment.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { fetchReports } from "../api.ts";
import { Paged } from "../lists/paged.tsx";
import { reasonNames } from "../words.ts";
import { DecideDialog } from "./decide-dialog.tsx";

type State = "open" | "closed";

/** Reports: open ones oldest first, decided ones newest first. */
export function ReportList({ state }: { state: State }) {
  return (
    <div className="pt-4">
      <Paged
        label={state === "open" ? "Open reports" : "Decided reports"}
        queryKey={["match", "moderation", "reports", state]}
        fetchPage={async (cursor) => {
          const { reports, cursor: next } = await fetchReports(state, cursor);
          return { items: reports, cursor: next };
        }}
        itemKey={({ id }) => id}
        empty={
          <EmptyState title={state === "open" ? "Nothing to decide" : "Nothing decided yet"}>
            What people report in a call, or after it, stands here.
          </EmptyState>
        }
      >
        {(report) => <Row report={report} />}
      </Paged>
    </div>
  );
}

const decisions = { dismissed: "Dismissed", warned: "Warned", banned: "Banned" } as const;

function Row({ report }: { report: ModeratedReport }) {
  const [deciding, setDeciding] = useState(false);
  const { reported, reporter, reason, details, createdAt, reportsOfReported, decision, note } =
    report;
  const name = reported.name ?? "Somebody without a name";
  return (
    <div className="flex flex-wrap items-start gap-x-5 gap-y-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium break-words">
          {reasonNames[reason]}: {name}
        </p>
        <p className="text-sm text-muted">
          {momentText(createdAt)} · by {reporter?.name ?? "somebody who has left"} ·{" "}
          {reportsOfReported === 1 ? "first report" : `${reportsOfReported} reports in all`}
        </p>
        {details !== "" && (
          <p className="mt-2 max-w-prose break-words whitespace-pre-line">{details}</p>
        )}
        {decision !== null && (
          <p className="mt-2 text-sm">
            {decisions[decision]}
            {note ? `: ${note}` : ""}
          </p>
        )}
      </div>
      {decision === null && (
        <Button
          variant="primary"
          aria-label={`Decide the report of ${name}`}
          onClick={() => setDeciding(true)}
        >
          Decide
        </Button>
      )}
      <DecideDialog open={deciding} id={report.id} name={name} onClose={() => setDeciding(false)} />
    </div>
  );
}
