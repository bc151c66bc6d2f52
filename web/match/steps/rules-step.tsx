import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { rules } from "../../../protocol/match/rest-rules.ts";
import { Complaint } from "../../identity/entry.tsx";
import { Button } from "../../ui/button.tsx";
import { confirmRules } from "../api.ts";
import { useFreshStanding } from "../standing.ts";
import { matchAdvice } from "../words.ts";
import { StepCard } from "./card.tsx";

/** Adults only: the rules, and their confirmation in one's own name. */
export function RulesStep() {
  const [adult, setAdult] = useState(false);
  const [keeps, setKeeps] = useState(false);
  const freshStanding = useFreshStanding();
  const confirm = useMutation({ mutationFn: confirmRules, onSuccess: freshStanding });
  return (
    <StepCard title="For adults only">
      <p className="mt-2 text-muted">These rules hold for everybody here:</p>
      <ol className="mt-3 list-decimal space-y-2 pl-6 marker:text-muted">
        {rules.map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ol>
      <div className="mt-5 border-t border-line pt-4">
        <Check checked={adult} onChange={setAdult} label="I am 18 or older" />
        <Check checked={keeps} onChange={setKeeps} label="I keep these rules" />
      </div>
      <Button
        variant="primary"
        disabled={!adult || !keeps}
        busy={confirm.isPending}
        className="mt-4 w-full sm:w-auto"
        onClick={() => confirm.mutate()}
      >
        Confirm and go on
      </Button>
      <p className="mt-3 text-sm text-muted">It is kept with its date.</p>
      <Complaint>{confirm.isError && matchAdvice(confirm.error)}</Complaint>
    </StepCard>
  );
}

type CheckProps = { checked: boolean; onChange: (checked: boolean) => void; label: string };

function Check({ checked, onChange, label }: CheckProps) {
  return (
    <label className="flex min-h-11 items-center gap-3">
      <input
        type="checkbox"
        className="size-5 accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
