import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changePasswordSchema, password_length_min } from "../../protocol/identity/account.ts";
import { Button } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import { identityAdvice } from "./advice.ts";
import { changePassword } from "./api.ts";
import { Complaint } from "./entry.tsx";
import { useForm } from "./form.ts";
import { PasswordField } from "./password-field.tsx";
import { Card, Section } from "./section.tsx";

const words = {
  current: "Type the password you have now.",
  password: `Use at least ${password_length_min} characters, at most 128.`,
};

export function PasswordSection() {
  const queries = useQueryClient();
  const showToast = useToast();
  const { field, onSubmit, clear } = useForm(
    { current: "", password: "" },
    changePasswordSchema,
    words,
  );
  const change = useMutation({
    mutationFn: (typed: { current: string; password: string }) =>
      changePassword(typed.current, typed.password),
    onSuccess: async () => {
      clear();
      await queries.invalidateQueries({ queryKey: ["sessions"] });
      showToast("Your password is changed.");
    },
  });
  return (
    <Section title="Password" about="Changing it signs you out everywhere else.">
      <Card padded>
        <form noValidate onSubmit={onSubmit((typed) => change.mutate(typed))}>
          <div className="grid gap-x-4 sm:grid-cols-2">
            <PasswordField
              label="Password now"
              autoComplete="current-password"
              {...field("current")}
            />
            <PasswordField
              label="New password"
              autoComplete="new-password"
              hint={`At least ${password_length_min} characters`}
              {...field("password")}
            />
          </div>
          <Button type="submit" busy={change.isPending} className="mt-2">
            Change it
          </Button>
          <Complaint>{change.isError && identityAdvice(change.error)}</Complaint>
        </form>
      </Card>
    </Section>
  );
}
