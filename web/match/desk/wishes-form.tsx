import type { z } from "zod";
import { type ageRangeSchema, ageRanges } from "../../../protocol/match/rest-profile.ts";
import { matchFilters, type Wishes } from "../../../protocol/match/ticket.ts";
import { Select } from "../../ui/select.tsx";
import { Switch } from "../../ui/switch.tsx";
import { Chips } from "../steps/chips.tsx";
import { languageName, languages } from "../words.ts";

type AgeRange = z.infer<typeof ageRangeSchema>;
type Ages = "any" | AgeRange;

const ageOptions = [
  { value: "any", text: "Any age" },
  ...ageRanges.map((range) => ({ value: range, text: range.replace("-", " to ") })),
] as const satisfies readonly { value: Ages; text: string }[];

const languages_max = 6;
const genders_max = 4;

/** What one asks of a partner. What is left out asks for nothing. */
export function WishesForm({
  wishes,
  onChange,
}: {
  wishes: Wishes;
  onChange: (wishes: Wishes) => void;
}) {
  const { languages: spoken = [], genders = [], ages, interests, region, firm } = wishes;
  const set = (change: { readonly [Key in keyof Wishes]: Wishes[Key] | undefined }) =>
    onChange(tidy({ ...wishes, ...change }));
  return (
    <>
      <Switch
        label="Shared interests"
        checked={interests !== undefined}
        onChange={(on) => set({ interests: on ? "shared" : undefined })}
      />
      <Switch
        label="From your region"
        checked={region !== undefined}
        onChange={(on) => set({ region: on ? "same" : undefined })}
      />
      <details className="mt-1 border-t border-line">
        <summary className="flex min-h-11 items-center font-medium">Language, age, gender</summary>
        <Chips
          label="One of these languages"
          items={spoken}
          max={languages_max}
          choices={languages}
          textOf={languageName}
          onChange={(items) => set({ languages: [...items] })}
        />
        <Select
          label="Age from"
          value={ages?.from ?? "any"}
          options={ageOptions}
          onChoose={(from) => set({ ages: agesOf(from, ages?.to ?? "any") })}
        />
        <Select
          label="Age up to"
          className="mt-3"
          value={ages?.to ?? "any"}
          options={ageOptions}
          onChoose={(to) => set({ ages: agesOf(ages?.from ?? "any", to, "to") })}
        />
        <div className="mt-4">
          <Chips
            label="Genders"
            hint="As people put it themselves."
            items={genders}
            max={genders_max}
            onChange={(items) => set({ genders: items.map((item) => item.slice(0, 24)) })}
          />
        </div>
      </details>
      <div className="border-t border-line pt-1">
        <Switch
          label="Hold me to it"
          hint="Otherwise each wish gives way after a while, and you see when."
          checked={firm !== undefined}
          onChange={(on) => set({ firm: on ? [...matchFilters] : undefined })}
        />
      </div>
    </>
  );
}

/** Both ends of a span; the end that was not chosen moves along. */
function agesOf(from: Ages, to: Ages, moved: "from" | "to" = "from"): Wishes["ages"] {
  if (from === "any" && to === "any") return undefined;
  const first = from === "any" ? ageRanges[0] : from;
  const last = to === "any" ? ageRanges[ageRanges.length - 1] : to;
  if (last === undefined) return undefined;
  if (ageRanges.indexOf(first) <= ageRanges.indexOf(last)) return { from: first, to: last };
  return moved === "from" ? { from: first, to: first } : { from: last, to: last };
}

/** Without what asks for nothing. */
function tidy(wishes: { readonly [Key in keyof Wishes]: Wishes[Key] | undefined }): Wishes {
  return Object.fromEntries(
    Object.entries(wishes).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
