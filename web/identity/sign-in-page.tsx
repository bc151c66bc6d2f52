import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { signInSchema } from "../../protocol/identity/account.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { identityAdvice } from "./advice.ts";
import { goOnAsGuest, signIn } from "./api.ts";
import { Complaint, Entry, EntryLink } from "./entry.tsx";
import { useForm } from "./form.ts";
import { nextPath, withNext } from "./next.ts";
import { PasswordField } from "./password-field.tsx";
import { useFreshStart, useMe } from "./use-me.ts";

const schema = signInSchema.pick({ email: true, password: true });
const words = {
  email: "Type the address you signed up with.",
  password: "Type your password.",
};

export default function SignInPage() {
  const search = useSearch();
  const { me } = useMe();
  return (
    <Entry
      title="Sign in"
      lead={me?.user.guest ? "What you made as a guest comes along." : undefined}
      ways={
        <p>
          New here? <EntryLink href={withNext("/sign-up", search)}>Make an account</EntryLink>
        </p>
      }
    >
      <SignInForm />
      {me === null && <GuestButton />}
    </Entry>
  );
}

/** Goes on to where the visitor wanted to be, once somebody is signed in. */
export function useEntered(): () => Promise<void> {
  const [, navigate] = useLocation();
  const search = useSearch();
  const freshStart = useFreshStart();
  return async () => {
    await freshStart();
    navigate(nextPath(search), { replace: true });
  };
}

function SignInForm() {
  const [remember, setRemember] = useState(true);
  const { field, onSubmit } = useForm({ email: "", password: "" }, schema, words);
  const entered = useEntered();
  const enter = useMutation({ mutationFn: signIn, onSuccess: entered });
  return (
    <form noValidate onSubmit={onSubmit((typed) => enter.mutate({ ...typed, remember }))}>
      <Field label="Email" type="email" autoComplete="username" {...field("email")} />
      <PasswordField label="Password" autoComplete="current-password" {...field("password")} />
      <div className="flex flex-wrap items-center justify-between gap-x-4">
        <label className="inline-flex min-h-11 items-center gap-2.5">
          <input
            type="checkbox"
            className="size-5 accent-accent"
            checked={remember}
            onChange={(event) => setRemember(event.target.checked)}
          />
          Stay signed in
        </label>
        <EntryLink href="/forgot-password">Forgot it?</EntryLink>
      </div>
      <Button type="submit" variant="primary" busy={enter.isPending} className="mt-3 w-full">
        {enter.isPending ? "Signing in" : "Sign in"}
      </Button>
      <Complaint>{enter.isError && identityAdvice(enter.error)}</Complaint>
    </form>
  );
}

function GuestButton() {
  const entered = useEntered();
  const enter = useMutation({ mutationFn: goOnAsGuest, onSuccess: entered });
  return (
    <div className="mt-6 border-t border-line pt-5">
      <Button busy={enter.isPending} className="w-full" onClick={() => enter.mutate()}>
        Go on as a guest
      </Button>
      <p className="mt-2 text-sm text-muted">
        No address, no password. You can make an account later and keep what you made.
      </p>
      <Complaint>{enter.isError && identityAdvice(enter.error)}</Complaint>
    </div>
  );
}
