import { type FormEvent, useState } from "react";
import type { z } from "zod";

/**
 * The state of a form whose fields are lines of text, checked by the API's own schema before
 * anything is sent. Complaints show once somebody has tried to send it.
 * @param words what to say of a field that does not fit, in people's words
 */
export function useForm<Field extends string, Output>(
  initial: Readonly<Record<Field, string>>,
  schema: z.ZodType<Output>,
  words: Readonly<Partial<Record<Field, string>>>,
) {
  const [values, setValues] = useState(initial);
  const [tried, setTried] = useState(false);
  const checked = schema.safeParse(values);
  const wrong = new Set(checked.success ? [] : checked.error.issues.map(({ path }) => path[0]));
  return {
    values,
    /** What a field needs: its value, how it changes, and its complaint if it has one. */
    field: (name: Field) => ({
      value: values[name],
      onChange: (event: { currentTarget: { value: string } }) => {
        const { value } = event.currentTarget;
        setValues((old) => ({ ...old, [name]: value }));
      },
      error: tried && wrong.has(name) ? words[name] : undefined,
    }),
    /** Sends what was typed, if it fits. */
    onSubmit: (send: (output: Output) => void) => (event: FormEvent) => {
      event.preventDefault();
      setTried(true);
      if (checked.success) send(checked.data);
    },
    clear: () => {
      setValues(initial);
      setTried(false);
    },
  };
}
