import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  type Invitation,
  inviteSchema,
  type OrganizationDetail,
  reaches,
  roles,
} from "../../protocol/identity/organization.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { toClipboard } from "../ui/clipboard.ts";
import { Field } from "../ui/field.tsx";
import { Table } from "../ui/table.tsx";
import { useToast } from "../ui/toast.tsx";
import { identityAdvice } from "./advice.ts";
import { cancelInvitation, invite } from "./api.ts";
import { Choice } from "./choice.tsx";
import { Complaint } from "./entry.tsx";
import { useForm } from "./form.ts";
import { dayText } from "./moment.ts";
import { organizationKey } from "./organization-key.ts";
import { roleWords } from "./roles.ts";
import { Card, Section } from "./section.tsx";

type InvitationsSectionProps = {
  organization: OrganizationDetail;
  sendsMail: boolean | undefined;
};

export function InvitationsSection({ organization, sendsMail }: InvitationsSectionProps) {
  const { invitations } = organization;
  return (
    <Section
      title="Invitations"
      about={
        sendsMail
          ? "The invited get a link by mail, good for a week."
          : "Send the invited their link yourself; it is good for a week."
      }
    >
      <Card>
        <InviteForm organization={organization} />
        {invitations.length > 0 && (
          <div className="border-t border-line">
            <InvitationTable organization={organization} />
          </div>
        )}
      </Card>
    </Section>
  );
}

const words = { email: "Type an address such as ada@example.com." };

function InviteForm({ organization }: { organization: OrganizationDetail }) {
  const queries = useQueryClient();
  const showToast = useToast();
  const initial = { email: "", role: "member" };
  const { field, onSubmit, clear } = useForm(initial, inviteSchema, words);
  const send = useMutation({
    mutationFn: (typed: ReturnType<typeof inviteSchema.parse>) => invite(organization.id, typed),
    onSuccess: async ({ email }) => {
      clear();
      await queries.invalidateQueries({ queryKey: organizationKey(organization.id) });
      showToast(`${email} is invited.`);
    },
  });
  const { error: _fitsAlways, ...role } = field("role");
  const open = roles.filter((value) => reaches(organization.role, value));
  return (
    <form noValidate className="p-5" onSubmit={onSubmit((typed) => send.mutate(typed))}>
      <div className="grid items-start gap-x-4 sm:grid-cols-[1fr_9rem_auto]">
        <Field label="Email" type="email" {...field("email")} />
        <Choice
          label="Role"
          options={open.map((value) => ({ value, text: roleWords[value] }))}
          {...role}
        />
        <Button type="submit" busy={send.isPending} className="max-sm:mt-4 sm:mt-6">
          Invite
        </Button>
      </div>
      <Complaint>{send.isError && identityAdvice(send.error)}</Complaint>
    </form>
  );
}

function InvitationTable({ organization }: { organization: OrganizationDetail }) {
  return (
    <Table
      caption="Open invitations"
      rows={organization.invitations}
      rowKey={({ id }) => id}
      columns={[
        {
          title: "Invited",
          wide: true,
          cell: ({ email, role, expiresAt }) => (
            <>
              <span className="block break-all">{email}</span>
              <span className="block text-sm font-normal text-muted">
                {roleWords[role]}, until {dayText(expiresAt)}
              </span>
            </>
          ),
        },
        {
          title: "Actions",
          cell: (invitation) => (
            <InvitationActions organizationId={organization.id} invitation={invitation} />
          ),
        },
      ]}
    />
  );
}

type InvitationActionsProps = { organizationId: string; invitation: Invitation };

function InvitationActions({ organizationId, invitation }: InvitationActionsProps) {
  const queries = useQueryClient();
  const showToast = useToast();
  const withdraw = useMutation({
    mutationFn: () => cancelInvitation(organizationId, invitation.id),
    onSuccess: () => showToast("The invitation is withdrawn."),
    onError: (error) => showToast(identityAdvice(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: organizationKey(organizationId) }),
  });
  const copy = async () => {
    const link = `${location.origin}/invitation/${invitation.id}`;
    const copied = await toClipboard(link);
    showToast(copied ? "The link is copied." : `The browser did not allow copying: ${link}`);
  };
  return (
    <div className="flex items-center gap-1">
      <IconButton
        icon="copy"
        label={`Copy the link for ${invitation.email}`}
        onClick={() => void copy()}
      />
      <Button
        aria-label={`Withdraw the invitation of ${invitation.email}`}
        busy={withdraw.isPending}
        onClick={() => withdraw.mutate()}
      >
        Withdraw
      </Button>
    </div>
  );
}
