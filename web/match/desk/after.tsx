import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Complaint } from "../../identity/entry.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useToast } from "../../ui/toast.tsx";
import { blockMember, rateCall } from "../api.ts";
import { ReportDialog } from "../call/report-dialog.tsx";
import { Face } from "../face.tsx";
import type { PastCall } from "../match-session.ts";
import { durationText, endText, matchAdvice } from "../words.ts";

type AfterProps = { past: PastCall; onNext: () => void; onDone: () => void };

/** What comes after a call: how it was, and where to go from here. */
export function After({ past, onNext, onDone }: AfterProps) {
  const { callId, partner, reason, by, duration_ms } = past;
  const [reporting, setReporting] = useState(false);
  const toast = useToast();
  const block = useMutation({
    mutationFn: () => blockMember(partner.id),
    onSuccess: () => toast(`You and ${partner.name} do not meet again`),
    onError: (error) => toast(matchAdvice(error)),
  });
  return (
    <section
      aria-labelledby="after"
      className="mx-auto max-w-lg rounded-card border border-line bg-surface p-6 text-center shadow-card"
    >
      <div className="grid justify-items-center">
        <Face name={partner.name} path={partner.picturePath} className="size-20 text-2xl" />
      </div>
      <div role="status">
        <h2 id="after" className="mt-3 text-lg font-semibold">
          {endText(reason, by, partner.name)}
        </h2>
      </div>
      <p className="min-h-6 text-muted tabular-nums">
        {duration_ms !== null && `You talked for ${durationText(duration_ms)}.`}
      </p>
      {duration_ms !== null && <Rating callId={callId} />}
      <div className="mt-6 flex flex-wrap justify-center gap-3">
        <Button variant="primary" onClick={onNext}>
          Next person
        </Button>
        <Button onClick={onDone}>That is it for now</Button>
      </div>
      <div className="mt-4 flex flex-wrap justify-center gap-x-2 border-t border-line pt-3">
        <Button
          variant="quiet"
          busy={block.isPending}
          disabled={block.isSuccess || reason === "blocked" || reason === "reported"}
          onClick={() => block.mutate()}
        >
          <Icon name="block" /> {block.isSuccess ? "Blocked" : `Block ${partner.name}`}
        </Button>
        <Button variant="quiet" onClick={() => setReporting(true)}>
          <Icon name="flag" /> Report
        </Button>
      </div>
      <ReportDialog
        open={reporting}
        callId={callId}
        name={partner.name}
        onClose={() => setReporting(false)}
        onReported={() => {}}
      />
    </section>
  );
}

const ratings = [1, 2, 3, 4, 5] as const;

/** Stars for a call, kept at once; another tap changes them. */
export function Rating({ callId, given = null }: { callId: string; given?: number | null }) {
  const [stars, setStars] = useState(given);
  const rate = useMutation({
    // The call is written down a moment after its end: until then there is nothing to rate.
    mutationFn: (rating: number) => rateCall(callId, rating),
    retry: 5,
    retryDelay: 1_000,
    onMutate: setStars,
    onError: () => setStars(given),
  });
  return (
    <fieldset className="mt-4">
      <legend className="mx-auto text-sm text-muted">How was it?</legend>
      <div className="mt-1 flex justify-center">
        {ratings.map((rating) => (
          <button
            key={rating}
            type="button"
            aria-label={`${rating} of 5`}
            aria-pressed={stars === rating}
            onClick={() => rate.mutate(rating)}
            className={`grid size-11 place-items-center rounded-control hover:bg-sunken ${
              stars !== null && rating <= stars ? "text-accent [&_path]:fill-current" : "text-edge"
            }`}
          >
            <Icon name="star" size={26} />
          </button>
        ))}
      </div>
      <p aria-live="polite" className="min-h-5 text-sm text-muted">
        {rate.isSuccess && "Thank you, it is kept."}
      </p>
      <Complaint>{rate.isError && matchAdvice(rate.error)}</Complaint>
    </fieldset>
  );
}
