import { useId } from "react";
import "./switch.css";

type SwitchProps = {
  label: string;
  /** What it means, in a sentence. */
  hint?: string;
  checked: boolean;
  /**
   * A change is still under way: it stays as it is, and focusable. Disabled it would lose focus, and
   * Chromium drops a key that comes at that moment, the Escape that was to close a dialog for one.
   */
  busy?: boolean;
  onChange: (checked: boolean) => void;
};

/** On or off, at once. A checkbox by nature, so that everything that knows checkboxes knows it. */
export function Switch({ label, hint, checked, busy = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4 py-1.5">
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        checked={checked}
        aria-disabled={busy || undefined}
        aria-busy={busy || undefined}
        onChange={(event) => {
          if (!busy) onChange(event.target.checked);
        }}
        className="switch mt-0.5 shrink-0"
      />
    </div>
  );
}
