import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { type ReportReason, reportReasons } from "../../../protocol/match/rest-calls.ts";
import { Complaint } from "../../identity/entry.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useToast } from "../../ui/toast.tsx";
import { reportPartner } from "../api.ts";
import { matchAdvice, reasonNames } from "../words.ts";

const details_length_max = 1_000;

type ReportDialogProps = {
  open: boolean;
  callId: string;
  name: string;
  onClose: () => void;
  onReported: () => void;
};

/** Tells those who look after the place; the partner is blocked with it. */
export function ReportDialog({ open, callId, name, onClose, onReported }: ReportDialogProps) {
  return (
    <Dialog open={open} title={`Report ${name}`} onClose={onClose}>
      <ReportForm callId={callId} name={name} onClose={onClose} onReported={onReported} />
    </Dialog>
  );
}

function ReportForm({ callId, name, onClose, onReported }: Omit<ReportDialogProps, "open">) {
  const [reason, setReason] = useState<ReportReason | null>(null);
  const [details, setDetails] = useState("");
  const id = useId();
  const toast = useToast();
  const report = useMutation({
    mutationFn: (chosen: ReportReason) => reportPartner({ callId, reason: chosen, details }),
    onSuccess: () => {
      toast(`Your report is kept. You and ${name} do not meet again.`);
      onClose();
      onReported();
    },
  });
  const give = (event: FormEvent) => {
    event.preventDefault();
    if (reason !== null) report.mutate(reason);
  };
  return (
    <form onSubmit={give}>
      <fieldset>
        <legend className="mb-1 text-muted">
          The call ends, and {name} does not learn who it was.
        </legend>
        <div className="grid sm:grid-cols-2">
          {reportReasons.map((one) => (
            <label key={one} className="flex min-h-11 items-center gap-3">
              <input
                type="radio"
                name={id}
                className="size-5 accent-accent"
                checked={reason === one}
                onChange={() => setReason(one)}
              />
              {reasonNames[one]}
            </label>
          ))}
        </div>
      </fieldset>
      <label htmlFor={`${id}-details`} className="mt-3 mb-1 block text-sm font-medium">
        What happened (if you like)
      </label>
      <textarea
        id={`${id}-details`}
        rows={3}
        maxLength={details_length_max}
        value={details}
        onChange={(event) => setDetails(event.target.value)}
        className="block w-full rounded-control border border-edge bg-surface px-3 py-2 text-base"
      />
      <div className="mt-5 flex flex-wrap gap-3">
        <Button type="submit" variant="primary" disabled={reason === null} busy={report.isPending}>
          Report and block
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
      <Complaint>{report.isError && matchAdvice(report.error)}</Complaint>
    </form>
  );
}
