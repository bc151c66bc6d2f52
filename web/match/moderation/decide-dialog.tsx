import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Decide } from "../../../protocol/match/rest-moderation.ts";
import { Complaint } from "../../identity/entry.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { useToast } from "../../ui/toast.tsx";
import { decideReport } from "../api.ts";
import { matchAdvice } from "../words.ts";

const note_length_max = 500;

const choices = [
  { value: "dismissed", text: "Dismiss it" },
  { value: "warned", text: "Warn" },
  { value: "1", text: "Ban for a day" },
  { value: "7", text: "Ban for a week" },
  { value: "30", text: "Ban for 30 days" },
  { value: "forever", text: "Ban for good" },
] as const;
type Choice = (typeof choices)[number]["value"];

type DecideDialogProps = { open: boolean; id: string; name: string; onClose: () => void };

/** Decides a report; a ban holds at once. */
export function DecideDialog({ open, id, name, onClose }: DecideDialogProps) {
  return (
    <Dialog open={open} title={`The report of ${name}`} onClose={onClose}>
      <DecideForm id={id} onClose={onClose} />
    </Dialog>
  );
}

function DecideForm({ id, onClose }: Pick<DecideDialogProps, "id" | "onClose">) {
  const [choice, setChoice] = useState<Choice>("dismissed");
  const [note, setNote] = useState("");
  const queries = useQueryClient();
  const toast = useToast();
  const decide = useMutation({
    mutationFn: () => decideReport(id, decisionOf(choice, note)),
    onSuccess: async () => {
      onClose();
      toast("It is decided");
      await queries.invalidateQueries({ queryKey: ["match", "moderation"] });
    },
  });
  const give = (event: FormEvent) => {
    event.preventDefault();
    decide.mutate();
  };
  return (
    <form onSubmit={give}>
      <Select label="Decision" value={choice} options={choices} onChoose={setChoice} />
      <Field
        className="mt-4"
        label="Note"
        hint="Kept with the report, for those who look after the place."
        maxLength={note_length_max}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <div className="mt-4 flex flex-wrap gap-3">
        <Button type="submit" variant="primary" busy={decide.isPending}>
          Decide
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
      <Complaint>{decide.isError && matchAdvice(decide.error)}</Complaint>
    </form>
  );
}

function decisionOf(choice: Choice, note: string): Decide {
  if (choice === "dismissed" || choice === "warned") return { decision: choice, note };
  return { decision: "banned", note, days: choice === "forever" ? null : Number(choice) };
}
