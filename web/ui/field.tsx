import { type ComponentProps, useId } from "react";

type FieldProps = ComponentProps<"input"> & {
  label: string;
  hint?: string | undefined;
  /** Said under the field and to screen readers; the field is then marked invalid. */
  error?: string | undefined;
};

/** A labelled line of text. The place of its error is kept free, so that nothing jumps. */
export function Field({ label, hint, error, className = "", ...input }: FieldProps) {
  const id = useId();
  const noteId = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        autoComplete="off"
        {...input}
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={note === undefined ? undefined : noteId}
        className="block min-h-11 w-full rounded-control border border-edge bg-surface px-3 text-base placeholder:text-muted aria-invalid:border-bad"
      />
      <p
        id={noteId}
        aria-live="polite"
        className={`mt-1 min-h-5 text-sm ${error === undefined ? "text-muted" : "text-bad"}`}
      >
        {note}
      </p>
    </div>
  );
}
