import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callsKept_days, type PastCall } from "../../../protocol/match/rest-calls.ts";
import { momentText } from "../../identity/moment.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useToast } from "../../ui/toast.tsx";
import { blockMember, fetchCalls, unblockMember } from "../api.ts";
import { ReportDialog } from "../call/report-dialog.tsx";
import { Rating } from "../desk/after.tsx";
import { Face } from "../face.tsx";
import { durationText, endWords, matchAdvice } from "../words.ts";
import { Paged } from "./paged.tsx";

const historyKey = ["match", "calls"] as const;

/** Whom one has met, newest first. */
export function History() {
  return (
    <Paged
      label="Calls"
      queryKey={historyKey}
      fetchPage={async (cursor) => {
        const { calls, cursor: next } = await fetchCalls(cursor);
        return { items: calls, cursor: next };
      }}
      itemKey={({ callId }) => callId}
      empty={
        <EmptyState title="No calls yet">
          Here stands for {callsKept_days} days whom you have met, when, for how long, and why it
          ended.
        </EmptyState>
      }
    >
      {(call) => <Row call={call} />}
    </Paged>
  );
}

function Row({ call }: { call: PastCall }) {
  const { callId, partner, startedAt, duration_ms, reason, rating } = call;
  const name = partner?.name ?? "Somebody who has left";
  const [reporting, setReporting] = useState(false);
  const queries = useQueryClient();
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
      <Face name={name} path={partner?.picturePath ?? null} />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium break-words">{name}</p>
        <p className="text-sm text-muted tabular-nums">
          {momentText(startedAt)} · {durationText(duration_ms)} · {endWords[reason] ?? reason}
        </p>
      </div>
      <div className="[&_fieldset]:mt-0 [&_legend]:sr-only [&_p]:empty:hidden">
        <Rating callId={callId} given={rating} />
      </div>
      {partner !== null && (
        <div className="flex flex-wrap gap-1">
          <BlockButton member={partner.userId} name={name} blocked={call.blocked} />
          <Button variant="quiet" aria-label={`Report ${name}`} onClick={() => setReporting(true)}>
            <Icon name="flag" /> Report
          </Button>
          <ReportDialog
            open={reporting}
            callId={callId}
            name={name}
            onClose={() => setReporting(false)}
            onReported={() => void queries.invalidateQueries({ queryKey: historyKey })}
          />
        </div>
      )}
    </div>
  );
}

function BlockButton(props: { member: string; name: string; blocked: boolean }) {
  const { member, name, blocked } = props;
  const queries = useQueryClient();
  const toast = useToast();
  const change = useMutation({
    mutationFn: async () => {
      if (blocked) await unblockMember(member);
      else await blockMember(member);
    },
    onSuccess: async () => {
      toast(blocked ? `You may meet ${name} again` : `You and ${name} do not meet again`);
      await queries.invalidateQueries({ queryKey: ["match"] });
    },
    onError: (error) => toast(matchAdvice(error)),
  });
  const does = blocked ? "Unblock" : "Block";
  return (
    <Button
      variant="quiet"
      aria-label={`${does} ${name}`}
      busy={change.isPending}
      onClick={() => change.mutate()}
    >
      <Icon name="block" /> {does}
    </Button>
  );
}
