import { useMutation } from "@tanstack/react-query";
import { forgotPasswordSchema } from "../../protocol/identity/account.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { identityAdvice } from "./advice.ts";
import { forgotPassword } from "./api.ts";
import { Complaint, Entry, EntryLink } from "./entry.tsx";
import { useForm } from "./form.ts";

const words = { email: "Type the address you signed up with." };

/** Asks for a link that resets the password. The answer tells nobody who has an account. */
export default function ForgotPasswordPage() {
  const { values, field, onSubmit } = useForm({ email: "" }, forgotPasswordSchema, words);
  const ask = useMutation({ mutationFn: forgotPassword });
  return (
    <Entry
      title="Forgot your password?"
      lead="We send you a link to choose a new one."
      ways={<EntryLink href="/sign-in">Back to sign in</EntryLink>}
    >
      {ask.isSuccess ? (
        <p role="status">
          If there is an account with <strong>{values.email}</strong>, a link is on its way. It is
          good for half an hour.
        </p>
      ) : (
        <form noValidate onSubmit={onSubmit(({ email }) => ask.mutate(email))}>
          <Field label="Email" type="email" autoComplete="username" {...field("email")} />
          <Button type="submit" variant="primary" busy={ask.isPending} className="mt-3 w-full">
            Send the link
          </Button>
          <Complaint>{ask.isError && identityAdvice(ask.error)}</Complaint>
        </form>
      )}
    </Entry>
  );
}
