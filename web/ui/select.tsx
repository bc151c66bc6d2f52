import { type ComponentProps, useId } from "react";
import { Icon } from "./icon.tsx";

type SelectProps<Value extends string> = Omit<ComponentProps<"select">, "onChange" | "value"> & {
  label: string;
  /** The label is read by screen readers only; what stands around the field says it to the eye. */
  quiet?: boolean;
  value: Value;
  options: readonly { readonly value: Value; readonly text: string }[];
  onChoose: (value: Value) => void;
};

/** One of a few: the browser's own list, so that keyboard and touch are right. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, quiet = false, value, options, onChoose, className = "", ...rest } = props;
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={quiet ? "sr-only" : "mb-1 block text-sm font-medium"}>
        {label}
      </label>
      <div className="grid items-center">
        <select
          {...rest}
          id={id}
          value={value}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen !== undefined) onChoose(chosen.value);
          }}
          className="col-start-1 row-start-1 block min-h-11 w-full appearance-none truncate rounded-control border border-edge bg-surface pr-9 pl-3 text-base text-ink disabled:opacity-55"
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
        <span className="pointer-events-none col-start-1 row-start-1 mr-2.5 justify-self-end">
          <Icon name="chevron" size={18} />
        </span>
      </div>
    </div>
  );
}
