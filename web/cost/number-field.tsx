import { useId, useState } from "react";
import { amount_max } from "./view.ts";

interface NumberFieldProps {
  readonly label: string;
  /** The label stands beside the field; otherwise only screen readers hear it. */
  readonly shown?: boolean;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
  /** Another value than the usual one stands in it. */
  readonly changed?: boolean;
  /** Only numbers that may be. */
  readonly onChange: (value: number) => void;
}

/**
 * A number to type. What is typed counts as soon as it is a number that may be; until then the old
 * one holds, and the field says that this is none.
 */
export function NumberField(props: NumberFieldProps) {
  const { label, shown = false, value, min = 0, max = amount_max, whole = false } = props;
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const accepted = (text: string) => {
    const number = Number(text);
    const fits = text.trim() !== "" && number >= min && number <= max;
    return fits && (!whole || Number.isInteger(number)) ? number : undefined;
  };
  const wrong = draft !== null && accepted(draft) === undefined;
  return (
    <div className={shown ? "flex items-center justify-between gap-3" : ""}>
      <label htmlFor={id} className={shown ? "text-[0.9375rem]" : "sr-only"}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        inputMode={whole ? "numeric" : "decimal"}
        autoComplete="off"
        value={draft ?? String(value)}
        aria-invalid={wrong || undefined}
        title={wrong ? `A ${whole ? "whole " : ""}number from ${min} to ${max}` : undefined}
        onChange={(event) => {
          setDraft(event.target.value);
          const number = accepted(event.target.value);
          if (number !== undefined) props.onChange(number);
        }}
        onBlur={() => setDraft(null)}
        className={`block min-h-11 w-28 shrink-0 rounded-control border bg-surface px-3 text-right text-base tabular-nums aria-invalid:border-bad ${props.changed ? "border-accent font-semibold text-accent" : "border-edge"}`}
      />
    </div>
  );
}
