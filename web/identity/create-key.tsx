import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { createApiKeySchema } from "../../protocol/identity/api-key.ts";
import { type Scope, scopes } from "../../protocol/identity/scope.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Secret } from "../ui/secret.tsx";
import { identityAdvice } from "./advice.ts";
import { createKey } from "./api.ts";
import { Choice } from "./choice.tsx";
import { Complaint } from "./entry.tsx";

type CreateKeyProps = { organizationId: string | undefined; listKey: readonly string[] };

const lives = [
  { value: "", text: "Until it is revoked" },
  { value: "30", text: "30 days" },
  { value: "90", text: "90 days" },
  { value: "365", text: "A year" },
];

/** Makes a key, and shows it for the only time. */
export function CreateKey({ organizationId, listKey }: CreateKeyProps) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly Scope[]>([]);
  const [life, setLife] = useState("");
  const [tried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: createKey,
    onSuccess: () => queries.invalidateQueries({ queryKey: listKey }),
  });
  if (make.isSuccess) return <Secret text={make.data.key}>This is your key. </Secret>;
  const checked = createApiKeySchema.safeParse({
    name,
    scopes: chosen,
    ...(organizationId === undefined ? {} : { organizationId }),
    ...(life === "" ? {} : { expiresIn_days: Number(life) }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (checked.success) make.mutate(checked.data);
  };
  const named = createApiKeySchema.shape.name.safeParse(name).success;
  return (
    <form noValidate onSubmit={submit}>
      <Field
        label="Name"
        maxLength={32}
        hint="What it is for, so that you know it later"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={tried && !named ? "Use one line of at most 32 characters." : undefined}
      />
      <ScopeChoice chosen={chosen} onChange={setChosen} missing={tried && chosen.length === 0} />
      <Choice
        label="Good for"
        className="mt-4"
        value={life}
        options={lives}
        onChange={(event) => setLife(event.currentTarget.value)}
      />
      <Button type="submit" variant="primary" busy={make.isPending} className="mt-5 w-full">
        Make the key
      </Button>
      <Complaint>{make.isError && identityAdvice(make.error)}</Complaint>
    </form>
  );
}

const parts = [...new Set(scopes.map((scope) => scope.replace(/:.*/, "")))];

type ScopeChoiceProps = {
  chosen: readonly Scope[];
  onChange: (chosen: readonly Scope[]) => void;
  missing: boolean;
};

function ScopeChoice({ chosen, onChange, missing }: ScopeChoiceProps) {
  const toggle = (scope: Scope, on: boolean) =>
    onChange(scopes.filter((one) => (one === scope ? on : chosen.includes(one))));
  return (
    <fieldset className="mt-2">
      <legend className="mb-1 text-sm font-medium">What it may do</legend>
      <div className="divide-y divide-line border-y border-line">
        {parts.map((part) => (
          <div key={part} className="grid grid-cols-[1fr_6rem_6rem] items-center">
            <span>{part}</span>
            {scopes
              .filter((scope) => scope.startsWith(`${part}:`))
              .map((scope) => (
                <label key={scope} className="inline-flex min-h-10 items-center gap-2.5">
                  <input
                    type="checkbox"
                    className="size-4.5 shrink-0 accent-accent"
                    checked={chosen.includes(scope)}
                    onChange={(event) => toggle(scope, event.currentTarget.checked)}
                  />
                  <span className="sr-only">{part}:</span>
                  {scope.slice(part.length + 1)}
                </label>
              ))}
          </div>
        ))}
      </div>
      <p aria-live="polite" className="min-h-5 text-sm text-bad">
        {missing && "Choose at least one."}
      </p>
    </fieldset>
  );
}
