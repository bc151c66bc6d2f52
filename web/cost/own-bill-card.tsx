import type { Summary } from "../../cost/summary.ts";
import { Card } from "../ops/card.tsx";
import { Switch } from "../ui/switch.tsx";
import { measuredBill } from "./model.ts";
import { NumberField } from "./number-field.tsx";
import type { OwnBill, View } from "./view.ts";

interface OwnBillProps {
  readonly view: View;
  readonly summary: Summary;
  readonly onChange: (change: Partial<View>) => void;
}

const fields: readonly { readonly part: keyof OwnBill; readonly label: string }[] = [
  { part: "memory_gb", label: "Memory, GB on average" },
  { part: "cpu", label: "CPU, vCPU on average" },
  { part: "egress_gb", label: "Egress, GB a month" },
  { part: "volume_gb", label: "Volumes, GB" },
];

/** A bill the reader has already, instead of the measured container's. */
export function OwnBillCard({ view, summary, onChange }: OwnBillProps) {
  const { own } = view;
  return (
    <Card title="Your own Railway bill">
      <Switch
        label="Compare with what I use now"
        hint="All services together, databases too, as the Usage page of your Railway project says. It then stays the same for any number of people."
        checked={own !== null}
        onChange={(on) => onChange({ own: on ? measuredBill(view, summary) : null })}
      />
      {own !== null && (
        <div className="mt-3 grid gap-2">
          <p className="text-sm text-muted">
            These begin with what the measured containers would use; write yours over them.
          </p>
          {fields.map(({ part, label }) => (
            <NumberField
              key={part}
              label={label}
              shown
              value={own[part]}
              onChange={(value) => onChange({ own: { ...own, [part]: value } })}
            />
          ))}
        </div>
      )}
    </Card>
  );
}
