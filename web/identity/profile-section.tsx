import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type User, updateMeSchema } from "../../protocol/identity/account.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { useToast } from "../ui/toast.tsx";
import { identityAdvice } from "./advice.ts";
import { sendVerification, updateName } from "./api.ts";
import { Complaint } from "./entry.tsx";
import { useForm } from "./form.ts";
import { dayText } from "./moment.ts";
import { Card, Section } from "./section.tsx";
import { meKey } from "./use-me.ts";

const words = { name: "Use one line of ordinary characters, at most 60." };

export function ProfileSection({ user, sendsMail }: { user: User; sendsMail: boolean }) {
  const queries = useQueryClient();
  const showToast = useToast();
  const { values, field, onSubmit } = useForm({ name: user.name }, updateMeSchema, words);
  const save = useMutation({
    mutationFn: updateName,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: meKey });
      showToast("Your name is changed.");
    },
  });
  return (
    <Section title="Profile" about={`Here since ${dayText(user.createdAt)}.`}>
      <Card padded>
        {user.email !== null && <Email email={user.email} user={user} sendsMail={sendsMail} />}
        <form
          noValidate
          className="grid items-start gap-x-4 sm:grid-cols-[1fr_auto]"
          onSubmit={onSubmit(({ name }) => save.mutate(name))}
        >
          <Field label="Name" autoComplete="name" maxLength={60} {...field("name")} />
          <Button
            type="submit"
            busy={save.isPending}
            disabled={values.name.trim() === user.name}
            className="sm:mt-6"
          >
            Save
          </Button>
        </form>
        <Complaint>{save.isError && identityAdvice(save.error)}</Complaint>
      </Card>
    </Section>
  );
}

type EmailProps = { email: string; user: User; sendsMail: boolean };

function Email({ email, user, sendsMail }: EmailProps) {
  const showToast = useToast();
  const send = useMutation({
    mutationFn: sendVerification,
    onSuccess: () => showToast("A link is on its way."),
    onError: (error) => showToast(identityAdvice(error)),
  });
  const asks = sendsMail && !user.emailVerified;
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <div className="min-w-0">
        <p className="text-sm font-medium">Email</p>
        <p className="break-words">{email}</p>
      </div>
      <div className="flex flex-wrap items-center gap-3">
        {sendsMail && (
          <Badge tone={user.emailVerified ? "good" : "warn"}>
            {user.emailVerified ? "Confirmed" : "Not confirmed"}
          </Badge>
        )}
        {asks && (
          <Button busy={send.isPending} onClick={() => send.mutate()}>
            Send the link again
          </Button>
        )}
      </div>
    </div>
  );
}
