import { type ComponentProps, useState } from "react";
import { Field } from "../ui/field.tsx";

type PasswordFieldProps = Omit<ComponentProps<typeof Field>, "type"> & {
  autoComplete: "current-password" | "new-password";
};

/** A password, which can be shown to whoever types it. */
export function PasswordField(props: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <Field
        {...props}
        type={shown ? "text" : "password"}
        spellCheck={false}
        autoCapitalize="off"
      />
      <button
        type="button"
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute top-0 right-0 rounded-control px-1 text-sm font-medium text-accent underline underline-offset-3"
      >
        {shown ? "Hide" : "Show"}
        <span className="sr-only"> what is typed into “{props.label}”</span>
      </button>
    </div>
  );
}
