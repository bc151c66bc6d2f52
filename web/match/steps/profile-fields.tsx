import { useId } from "react";
import { ageRanges, type Profile, profileLimits } from "../../../protocol/match/rest-profile.ts";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { languageName, languages } from "../words.ts";
import { Chips } from "./chips.tsx";

/** A profile in the writing: not everything need be there yet. */
export type Draft = Pick<
  Profile,
  "name" | "languages" | "interests" | "gender" | "bio" | "links"
> & { readonly ageRange: Profile["ageRange"] | null };

type ProfileFieldsProps = {
  draft: Draft;
  errors: Readonly<Record<string, string | undefined>>;
  onChange: (change: Partial<Draft>) => void;
  /** Shows what it takes, and folds away the rest. */
  least: boolean;
};

const ages = [
  { value: "", text: "Choose" },
  ...ageRanges.map((range) => ({ value: range, text: range.replace("-", " to ") })),
] as const;

export function ProfileFields({ draft, errors, onChange, least }: ProfileFieldsProps) {
  const choices = [...new Set([...languages, ...draft.languages])].toSorted((a, b) =>
    languageName(a).localeCompare(languageName(b)),
  );
  return (
    <>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <Field
          label="Name"
          maxLength={40}
          autoComplete="nickname"
          value={draft.name}
          error={errors.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <div>
          <Select
            label="Age"
            value={draft.ageRange ?? ""}
            options={ages}
            aria-invalid={errors.ageRange !== undefined}
            onChoose={(value) => onChange({ ageRange: value === "" ? null : value })}
          />
          <p aria-live="polite" className="mt-1 min-h-5 text-sm text-bad">
            {errors.ageRange}
          </p>
        </div>
      </div>
      <Chips
        label="Languages"
        hint="Those you like to talk in."
        error={errors.languages}
        items={draft.languages}
        max={profileLimits.languages}
        choices={choices}
        textOf={languageName}
        onChange={(items) => onChange({ languages: [...items] })}
      />
      <Chips
        label="Interests"
        hint={`Up to ${profileLimits.interests}, a word or two each.`}
        error={errors.interests}
        items={draft.interests}
        max={profileLimits.interests}
        placeholder="chess"
        onChange={(items) =>
          onChange({ interests: [...new Set(items.map((item) => item.toLowerCase()))] })
        }
      />
      <details open={!least} className="mt-1">
        <summary className="inline-flex min-h-11 items-center font-medium">
          {least ? "More about you, if you like" : "More about you"}
        </summary>
        <More draft={draft} errors={errors} onChange={onChange} />
      </details>
    </>
  );
}

function More({ draft, errors, onChange }: Omit<ProfileFieldsProps, "least">) {
  const id = useId();
  return (
    <div className="pt-2">
      <Field
        label="Gender"
        hint="In your own words, or nothing."
        maxLength={24}
        value={draft.gender ?? ""}
        error={errors.gender}
        onChange={(event) => onChange({ gender: event.target.value })}
      />
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        About you
      </label>
      <textarea
        id={id}
        rows={3}
        maxLength={profileLimits.bio_length}
        value={draft.bio}
        aria-invalid={errors.bio !== undefined || undefined}
        onChange={(event) => onChange({ bio: event.target.value })}
        className="block w-full rounded-control border border-edge bg-surface px-3 py-2 text-base"
      />
      <p className="mt-1 min-h-5 text-sm text-muted tabular-nums">
        {errors.bio ?? `${draft.bio.length} of ${profileLimits.bio_length}`}
      </p>
      <Chips
        label="Links"
        hint="Addresses that begin with https://."
        error={errors.links}
        items={draft.links}
        max={profileLimits.links}
        placeholder="https://"
        inputMode="url"
        onChange={(items) => onChange({ links: [...items] })}
      />
    </div>
  );
}
