import { type ComponentProps, useId } from "react";

type ChoiceProps = Omit<ComponentProps<"select">, "children"> & {
  label: string;
  /** The label is read, not shown, where a table's head says the same. */
  quiet?: boolean;
  /** A change is still under way: it stays focusable, and takes no other. */
  busy?: boolean;
  options: readonly { readonly value: string; readonly text: string }[];
};

/** One of a few values. */
export function Choice({
  label,
  quiet = false,
  busy = false,
  options,
  className = "",
  onChange,
  ...select
}: ChoiceProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={quiet ? "sr-only" : "mb-1 block text-sm font-medium"}>
        {label}
      </label>
      <select
        {...select}
        aria-disabled={busy || undefined}
        onChange={(event) => {
          if (!busy) onChange?.(event);
        }}
        id={id}
        className="block min-h-11 w-full rounded-control border border-edge bg-surface px-3 text-base aria-disabled:opacity-70"
      >
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
