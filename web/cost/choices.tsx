import { type ReactNode, useId } from "react";
import { kept_months_max } from "../../cost/month.ts";
import { users_max, users_min } from "../../cost/scenario.ts";
import type { Summary } from "../../cost/summary.ts";
import { peopleText } from "../../cost/words.ts";
import { Select } from "../ui/select.tsx";
import { choicesOf } from "./model.ts";
import { NumberField } from "./number-field.tsx";
import { stopNearest, stops } from "./stops.ts";
import { dayTexts, moduleTexts } from "./texts.ts";
import type { DayName, View } from "./view.ts";

interface ChoicesProps {
  readonly view: View;
  readonly summary: Summary;
  readonly onChange: (change: Partial<View>) => void;
}

const dayNames = Object.keys(dayTexts) as readonly DayName[];

/** Who comes, when, to what, and on which plans. */
export function Choices({ view, summary, onChange }: ChoicesProps) {
  const modules = choicesOf(summary);
  const chosen = modules.includes(view.modules) ? view.modules : modules[0];
  return (
    <div className="grid content-start gap-4 print:hidden">
      <People users={view.users} onChange={(users) => onChange({ users })} />
      <Chips
        legend="What they use"
        name="modules"
        options={modules.map((value) => ({ value, text: moduleTexts[value] }))}
        chosen={chosen}
        onChoose={(value) => onChange({ modules: value })}
      />
      <Chips
        legend="When they come"
        name="day"
        options={dayNames.map((value) => ({ value, text: dayTexts[value].title }))}
        chosen={view.day}
        onChoose={(day) => onChange({ day })}
      />
      <details>
        <summary className="inline-flex min-h-11 items-center font-medium text-accent underline underline-offset-3">
          Plans, billing and stored data
        </summary>
        <Plans view={view} onChange={onChange} />
      </details>
    </div>
  );
}

function People({ users, onChange }: { users: number; onChange: (users: number) => void }) {
  const id = useId();
  return (
    <div>
      <div className="flex items-center justify-between gap-4">
        <label htmlFor={id} className="text-sm font-medium">
          People at once in the busiest hour
        </label>
        <NumberField
          label="Number of people"
          value={users}
          min={users_min}
          max={users_max}
          whole
          onChange={onChange}
        />
      </div>
      <input
        id={id}
        type="range"
        min={0}
        max={stops.length - 1}
        value={stopNearest(users)}
        aria-valuetext={peopleText(users)}
        onChange={(event) => onChange(stops[Number(event.target.value)] ?? users)}
        className="block h-11 w-full accent-accent"
      />
      <div aria-hidden="true" className="flex justify-between text-xs text-muted tabular-nums">
        <span>1</span>
        <span>1,000</span>
        <span>1,000,000</span>
      </div>
    </div>
  );
}

interface ChipsProps<Value extends string> {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly { readonly value: Value; readonly text: ReactNode }[];
  readonly chosen: Value | undefined;
  readonly onChoose: (value: Value) => void;
}

/** One of a few, all to be seen at once: radio buttons by nature. */
function Chips<Value extends string>({
  legend,
  name,
  options,
  chosen,
  onChoose,
}: ChipsProps<Value>) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map(({ value, text }) => (
          <label
            key={value}
            className="inline-flex min-h-11 items-center rounded-full border border-edge px-4 text-[0.9375rem] select-none not-has-checked:hover:bg-sunken has-checked:border-accent has-checked:bg-accent has-checked:font-medium has-checked:text-on-accent has-focus-visible:outline-[2.5px] has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === chosen}
              onChange={() => onChoose(value)}
              className="sr-only"
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Plans({ view, onChange }: Omit<ChoicesProps, "summary">) {
  return (
    <div className="mt-2 grid gap-x-4 gap-y-3 sm:grid-cols-2">
      <Select
        label="Railway plan"
        value={view.plan}
        options={[
          { value: "hobby", text: "Hobby, from $5" },
          { value: "pro", text: "Pro, from $20" },
        ]}
        onChoose={(plan) => onChange({ plan })}
      />
      <Select
        label="Neon plan"
        value={view.neon}
        options={[
          { value: "launch", text: "Free, then Launch" },
          { value: "scale", text: "Scale, sleeps after 1 min" },
        ]}
        onChoose={(neon) => onChange({ neon })}
      />
      <Select
        label="Billed"
        className="sm:col-span-2"
        value={view.rounding}
        options={[
          { value: "exact", text: "By the unit" },
          { value: "rounded", text: "By whole packages begun" },
        ]}
        onChoose={(rounding) => onChange({ rounding })}
      />
      <NumberField
        label="Redis data, GB"
        shown
        value={view.redis_gb}
        onChange={(redis_gb) => onChange({ redis_gb })}
      />
      <NumberField
        label="Postgres data, GB"
        shown
        value={view.postgres_gb}
        onChange={(postgres_gb) => onChange({ postgres_gb })}
      />
      <div className="sm:col-span-2">
        <NumberField
          label="What people add to Postgres is kept, months"
          shown
          max={kept_months_max}
          value={view.kept_months}
          onChange={(kept_months) => onChange({ kept_months })}
        />
      </div>
    </div>
  );
}
