import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  type Member,
  type OrganizationDetail,
  type Role,
  reaches,
  roleSchema,
  roles,
} from "../../protocol/identity/organization.ts";
import { Button } from "../ui/button.tsx";
import { Table } from "../ui/table.tsx";
import { useToast } from "../ui/toast.tsx";
import { identityAdvice } from "./advice.ts";
import { changeRole, removeMember } from "./api.ts";
import { Choice } from "./choice.tsx";
import { organizationKey } from "./organization-key.ts";
import { roleWords } from "./roles.ts";
import { Card, Section } from "./section.tsx";

type MembersSectionProps = { organization: OrganizationDetail; myId: string | undefined };

export function MembersSection({ organization, myId }: MembersSectionProps) {
  const { members } = organization;
  return (
    <Section
      title="Members"
      about="Owners may do everything, admins manage members and keys, members take part."
    >
      <Card>
        <Table
          caption="Members"
          rows={members}
          rowKey={({ id }) => id}
          columns={[
            {
              title: "Name",
              wide: true,
              cell: (member) => (
                <>
                  <span className="block break-words">
                    {member.name}
                    {member.userId === myId && (
                      <span className="font-normal text-muted"> (you)</span>
                    )}
                  </span>
                  <span className="block text-sm font-normal break-all text-muted">
                    {member.email}
                  </span>
                </>
              ),
            },
            {
              title: "Role",
              cell: (member) => (
                <div className="flex items-center gap-3 max-sm:flex-col max-sm:items-stretch">
                  <RoleCell organization={organization} member={member} />
                  {member.userId !== myId && (
                    <RemoveButton organization={organization} member={member} />
                  )}
                </div>
              ),
            },
          ]}
        />
      </Card>
    </Section>
  );
}

type MemberProps = { organization: OrganizationDetail; member: Member };

/** Admins manage all but owners, and make nobody one; owners manage everybody. */
function mayManage({ organization, member }: MemberProps): boolean {
  return (
    organization.role === "owner" ||
    (reaches(organization.role, "admin") && member.role !== "owner")
  );
}

function RoleCell({ organization, member }: MemberProps) {
  const change = useChange(organization.id, "The role is changed.", (role: Role) =>
    changeRole(organization.id, member.id, role),
  );
  if (!mayManage({ organization, member })) return roleWords[member.role];
  const open = roles.filter((role) => reaches(organization.role, role));
  return (
    <Choice
      quiet
      label={`Role of ${member.name}`}
      className="w-32"
      value={change.variables ?? member.role}
      options={open.map((value) => ({ value, text: roleWords[value] }))}
      busy={change.isPending}
      onChange={(event) => change.mutate(roleSchema.parse(event.currentTarget.value))}
    />
  );
}

function RemoveButton({ organization, member }: MemberProps) {
  const remove = useChange(organization.id, `${member.name} is removed.`, () =>
    removeMember(organization.id, member.id),
  );
  if (!mayManage({ organization, member })) return null;
  return (
    <Button
      aria-label={`Remove ${member.name}`}
      busy={remove.isPending}
      onClick={() => remove.mutate(undefined)}
    >
      Remove
    </Button>
  );
}

/** A change of the organization: what was asked for shows until the answer is there. */
function useChange<Input>(id: string, done: string, change: (input: Input) => Promise<unknown>) {
  const queries = useQueryClient();
  const showToast = useToast();
  const mutation = useMutation({
    mutationFn: change,
    onSuccess: () => showToast(done),
    onError: (error) => showToast(identityAdvice(error)),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: organizationKey(id) });
      mutation.reset();
    },
  });
  return mutation;
}
