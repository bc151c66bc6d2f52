import { useMutation } from "@tanstack/react-query";
import { useSearch } from "wouter";
import { password_length_min, signUpSchema } from "../../protocol/identity/account.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { identityAdvice } from "./advice.ts";
import { signUp } from "./api.ts";
import { Complaint, Entry, EntryLink } from "./entry.tsx";
import { useForm } from "./form.ts";
import { withNext } from "./next.ts";
import { PasswordField } from "./password-field.tsx";
import { useEntered } from "./sign-in-page.tsx";
import { useMe } from "./use-me.ts";

const words = {
  name: "Say what we may call you, in at most 60 ordinary characters.",
  email: "Type an address such as ada@example.com.",
  password: `Use at least ${password_length_min} characters, at most 128.`,
};

export default function SignUpPage() {
  const search = useSearch();
  const { me } = useMe();
  const { field, onSubmit } = useForm({ name: "", email: "", password: "" }, signUpSchema, words);
  const entered = useEntered();
  const enter = useMutation({ mutationFn: signUp, onSuccess: entered });
  return (
    <Entry
      title="Make an account"
      lead={
        me?.user.guest
          ? "You are a guest now. Everything you made stays yours."
          : "For organizations, API keys and everything you want to keep."
      }
      ways={
        <p>
          Have one already? <EntryLink href={withNext("/sign-in", search)}>Sign in</EntryLink>
        </p>
      }
    >
      <form noValidate onSubmit={onSubmit((typed) => enter.mutate(typed))}>
        <Field label="Name" autoComplete="name" maxLength={60} {...field("name")} />
        <Field label="Email" type="email" autoComplete="username" {...field("email")} />
        <PasswordField
          label="Password"
          autoComplete="new-password"
          hint={`At least ${password_length_min} characters. A few words are best.`}
          {...field("password")}
        />
        <Button type="submit" variant="primary" busy={enter.isPending} className="mt-3 w-full">
          {enter.isPending ? "Making it" : "Make the account"}
        </Button>
        <Complaint>{enter.isError && identityAdvice(enter.error)}</Complaint>
      </form>
    </Entry>
  );
}
