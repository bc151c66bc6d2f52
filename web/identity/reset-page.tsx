import { useMutation } from "@tanstack/react-query";
import { useSearch } from "wouter";
import { password_length_min, resetPasswordSchema } from "../../protocol/identity/account.ts";
import { Button } from "../ui/button.tsx";
import { identityAdvice } from "./advice.ts";
import { resetPassword } from "./api.ts";
import { Complaint, Entry, EntryLink } from "./entry.tsx";
import { useForm } from "./form.ts";
import { PasswordField } from "./password-field.tsx";
import { useFreshStart } from "./use-me.ts";

const schema = resetPasswordSchema.pick({ password: true });
const words = { password: `Use at least ${password_length_min} characters, at most 128.` };

/** Where the mailed link leads: choose a new password. */
export default function ResetPasswordPage() {
  const token = new URLSearchParams(useSearch()).get("token") ?? "";
  const { field, onSubmit } = useForm({ password: "" }, schema, words);
  const freshStart = useFreshStart();
  const reset = useMutation({
    mutationFn: (password: string) => resetPassword(token, password),
    onSuccess: freshStart,
  });
  return (
    <Entry
      title="Choose a new password"
      lead={reset.isSuccess ? undefined : "You will be signed out everywhere else."}
      ways={
        <p>
          Link too old? <EntryLink href="/forgot-password">Get a new one</EntryLink>
        </p>
      }
    >
      {reset.isSuccess ? (
        <p role="status">
          Your new password is good. <EntryLink href="/sign-in">Sign in with it</EntryLink>
        </p>
      ) : (
        <form noValidate onSubmit={onSubmit(({ password }) => reset.mutate(password))}>
          <PasswordField label="New password" autoComplete="new-password" {...field("password")} />
          <Button type="submit" variant="primary" busy={reset.isPending} className="mt-3 w-full">
            Use this password
          </Button>
          <Complaint>{reset.isError && identityAdvice(reset.error)}</Complaint>
        </form>
      )}
    </Entry>
  );
}
