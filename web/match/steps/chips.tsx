import { type KeyboardEvent, useId, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";

type ChipsProps = {
  label: string;
  hint?: string;
  error?: string | undefined;
  items: readonly string[];
  /** The most there may be. */
  max: number;
  onChange: (items: readonly string[]) => void;
  /** How an item is written out. */
  textOf?: (item: string) => string;
  /** A list to choose from; without it items are typed. */
  choices?: readonly string[];
  placeholder?: string;
  inputMode?: "text" | "url";
};

/** A few words or names: chosen or typed one by one, and taken away again. */
export function Chips(props: ChipsProps) {
  const { label, hint, error, items, max, onChange, textOf = (item) => item, choices } = props;
  const id = useId();
  const add = (item: string) => {
    const trimmed = item.trim();
    if (trimmed !== "" && !items.includes(trimmed) && items.length < max)
      onChange([...items, trimmed]);
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      {choices === undefined ? (
        <Typed id={id} {...props} onAdd={add} />
      ) : (
        <select
          id={id}
          value=""
          disabled={items.length >= max}
          aria-describedby={`${id}-note`}
          onChange={(event) => add(event.target.value)}
          className="block min-h-11 w-full rounded-control border border-edge bg-surface px-2 text-base disabled:opacity-55"
        >
          <option value="">Add one</option>
          {choices
            .filter((choice) => !items.includes(choice))
            .map((choice) => (
              <option key={choice} value={choice}>
                {textOf(choice)}
              </option>
            ))}
        </select>
      )}
      <p
        id={`${id}-note`}
        aria-live="polite"
        className={`mt-1 min-h-5 text-sm ${error === undefined ? "text-muted" : "text-bad"}`}
      >
        {error ?? hint}
      </p>
      {items.length > 0 && (
        <ul aria-label={label} className="mt-1 mb-2 flex flex-wrap gap-2">
          {items.map((item) => (
            <li key={item} className="max-w-full">
              <button
                type="button"
                aria-label={`Take ${textOf(item)} out`}
                onClick={() => onChange(items.filter((one) => one !== item))}
                className="inline-flex min-h-9 max-w-full items-center gap-1.5 rounded-full bg-accent-soft py-1 pr-2 pl-3 text-sm font-medium text-accent"
              >
                <span className="truncate">{textOf(item)}</span>
                <Icon name="close" size={16} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type TypedProps = ChipsProps & { id: string; onAdd: (item: string) => void };

function Typed({ id, items, max, label, placeholder, inputMode, onAdd }: TypedProps) {
  const [text, setText] = useState("");
  const take = () => {
    onAdd(text);
    setText("");
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== ",") return;
    event.preventDefault();
    take();
  };
  return (
    <div className="flex gap-2">
      <input
        id={id}
        value={text}
        placeholder={placeholder}
        inputMode={inputMode}
        autoComplete="off"
        maxLength={200}
        disabled={items.length >= max}
        aria-describedby={`${id}-note`}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={keyed}
        onBlur={take}
        className="block min-h-11 w-full min-w-0 rounded-control border border-edge bg-surface px-3 text-base placeholder:text-muted disabled:opacity-55"
      />
      <Button
        aria-label={`Add to ${label.toLowerCase()}`}
        disabled={text.trim() === ""}
        onClick={take}
      >
        Add
      </Button>
    </div>
  );
}
