import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useToast } from "../../ui/toast.tsx";
import { blockMember } from "../api.ts";
import type { CallSession } from "../call-session.ts";
import type { LocalMedia } from "../local-media.ts";
import type { MatchSession } from "../match-session.ts";
import { useStore } from "../use-store.ts";
import { matchAdvice } from "../words.ts";
import { CallChatPanel } from "./chat-panel.tsx";
import { Controls } from "./controls.tsx";
import { PartnerDetails } from "./partner-details.tsx";
import { ReportDialog } from "./report-dialog.tsx";
import { ShortcutList, useCallShortcuts } from "./shortcuts.tsx";
import { CallStage } from "./stage.tsx";

type CallViewProps = { call: CallSession; session: MatchSession; media: LocalMedia };

/** A call: the partner large, oneself small, and all that can be done about it. */
export function CallView({ call, session, media }: CallViewProps) {
  const snapshot = useStore(call);
  const mine = useStore(media);
  const [open, setOpen] = useState<"report" | "block" | "help" | null>(null);
  const composer = useRef<HTMLInputElement>(null);
  const toast = useToast();
  const { partner } = snapshot;
  const close = () => setOpen(null);
  const stage = session.stage();
  const callId = stage.name === "call" ? stage.seat.callId : "";
  const block = useMutation({
    mutationFn: () => blockMember(partner.id),
    onSuccess: () => {
      toast(`You and ${partner.name} do not meet again`);
      session.hangUp("blocked");
    },
    onError: (error) => toast(matchAdvice(error)),
  });
  const actions = {
    toggleMuted: () => media.setMuted(!mine.muted),
    toggleCamera: () => media.setCameraOff(!mine.cameraOff),
    next: () => session.hangUp("next"),
    hangUp: () => session.hangUp("hangup"),
    writeMessage: () => composer.current?.focus(),
    report: () => setOpen("report"),
    block: () => setOpen("block"),
    showHelp: () => setOpen("help"),
  };
  useCallShortcuts(actions);
  const ways = {
    reconnect: () => call.retry(),
    tryAgain: () => call.tryAgain(),
    next: actions.next,
  };
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0">
        <CallStage snapshot={snapshot} mine={mine} ways={ways} />
        <Controls mine={mine} actions={actions} />
      </div>
      <div className="flex min-w-0 flex-col gap-4 lg:h-[max(26rem,calc(100dvh-12rem))]">
        <PartnerDetails partner={partner} />
        <CallChatPanel
          snapshot={snapshot}
          input={composer}
          onSay={(text) => call.say(text) || toast("Wait until the line is back")}
        />
      </div>
      <ReportDialog
        open={open === "report"}
        callId={callId}
        name={partner.name}
        onClose={close}
        onReported={() => session.hangUp("reported")}
      />
      <Dialog open={open === "block"} title={`Block ${partner.name}?`} onClose={close}>
        <p className="text-muted">
          The call ends, and you do not meet again. You find whom you have blocked under “Blocked”.
        </p>
        <div className="mt-5 flex flex-wrap gap-3">
          <Button variant="primary" busy={block.isPending} onClick={() => block.mutate()}>
            Block and hang up
          </Button>
          <Button onClick={close}>Cancel</Button>
        </div>
      </Dialog>
      <Dialog open={open === "help"} title="Keyboard shortcuts" onClose={close}>
        <ShortcutList />
      </Dialog>
    </div>
  );
}
