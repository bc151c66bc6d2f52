import type { ReactNode } from "react";
import { billedUnitNames, billedUnits, unitIn } from "../../cost/billed.ts";
import type { MeasuredModule } from "../../cost/measured.ts";
import { prices } from "../../cost/prices.ts";
import type { Summary } from "../../cost/summary.ts";
import { Card } from "../ops/card.tsx";
import { Button } from "../ui/button.tsx";
import { basisFor } from "./model.ts";
import { NumberField } from "./number-field.tsx";
import { moduleTexts } from "./texts.ts";
import { fixedKey, priceKey, unitKey, type View } from "./view.ts";

interface OwnNumbersProps {
  readonly view: View;
  readonly summary: Summary;
  readonly modules: readonly MeasuredModule[];
  readonly onChange: (change: Partial<View>) => void;
}

/** A number as it stands on a sheet or was measured, and the name under which another is kept. */
interface Row {
  readonly key: string;
  readonly label: string;
  readonly usual: number;
}

/** Other prices and other amounts than ours, for what-if and for discounts. */
export function OwnNumbersCard({ view, summary, modules, onChange }: OwnNumbersProps) {
  const { changed } = view;
  const count = Object.keys(changed).length;
  const usual = basisFor({ ...view, changed: {} }, summary);
  const priceRows = prices.map(({ id, vendor, text, per, read }) => ({
    vendor,
    row: { key: priceKey(id), label: `${text}, $ ${per}`, usual: read(usual.sheets) },
  }));
  const unitRows = (module: MeasuredModule): Row[] => {
    const units = usual.edge[module];
    if (units === undefined) return [];
    return billedUnitNames.flatMap((unit) => {
      const label = billedUnits[unit].charAt(0).toUpperCase() + billedUnits[unit].slice(1);
      const { at, by } = unitIn(units, unit);
      const each = { key: unitKey(module, unit), label, usual: shown(by) };
      const fixed = { key: fixedKey(module, unit), label: `${label}, fixed`, usual: shown(at) };
      // What has no fixed part is not asked for one, unless a link brings it.
      return at > 0 || changed[fixed.key] !== undefined ? [each, fixed] : [each];
    });
  };
  const change = ({ key, usual }: Row, value: number) => {
    const { [key]: _old, ...others } = changed;
    onChange({ changed: value === usual ? others : { ...others, [key]: value } });
  };
  const group = (title: string, rows: readonly Row[]) => (
    <Group key={title} title={title} rows={rows} changed={changed} onChange={change} />
  );
  return (
    <div className="print:hidden">
      <Card
        title="Your own numbers"
        note="Write another price or amount over ours, and all of this page reckons with it."
        aside={
          <Button disabled={count === 0} onClick={() => onChange({ changed: {} })}>
            Reset{count > 0 && ` ${count}`}
          </Button>
        }
      >
        <Fold title="Prices">
          {["Cloudflare", "Upstash", "Neon", "Railway"].map((vendor) =>
            group(
              vendor,
              priceRows.flatMap((each) => (each.vendor === vendor ? [each.row] : [])),
            ),
          )}
        </Fold>
        <Fold title="What one person takes in an hour at the edge, and what an hour takes as long as anybody is there (fixed)">
          {modules.map((module) => group(moduleTexts[module], unitRows(module)))}
        </Fold>
      </Card>
    </div>
  );
}

const shown = (amount: number) => Number(amount.toPrecision(4));

function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details>
      <summary className="inline-flex min-h-11 items-center font-medium text-accent underline underline-offset-3">
        {title}
      </summary>
      <div className="grid gap-x-10 gap-y-5 pt-1 pb-4 md:grid-cols-2">{children}</div>
    </details>
  );
}

interface GroupProps {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly changed: View["changed"];
  readonly onChange: (row: Row, value: number) => void;
}

function Group({ title, rows, changed, onChange }: GroupProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{title}</legend>
      <div className="grid gap-1.5">
        {rows.map((row) => (
          <NumberField
            key={row.key}
            label={row.label}
            shown
            value={changed[row.key] ?? row.usual}
            changed={changed[row.key] !== undefined}
            onChange={(value) => onChange(row, value)}
          />
        ))}
      </div>
    </fieldset>
  );
}
