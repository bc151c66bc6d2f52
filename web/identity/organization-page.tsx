import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { type OrganizationDetail, reaches } from "../../protocol/identity/organization.ts";
import { ApiProblem } from "../api/problem.ts";
import { Badge } from "../ui/badge.tsx";
import { buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { identityAdvice } from "./advice.ts";
import { fetchOrganization } from "./api.ts";
import { InvitationsSection } from "./invitations-section.tsx";
import { KeysSection } from "./keys-section.tsx";
import { LeaveSection } from "./leave-section.tsx";
import { MembersSection } from "./members-section.tsx";
import { organizationKey } from "./organization-key.ts";
import { kindWords, roleWords } from "./roles.ts";
import { useMe } from "./use-me.ts";

/** An organization: who is in it, who is invited, and its keys. */
export default function OrganizationPage({ id }: { id: string }) {
  const organization = useQuery({
    queryKey: organizationKey(id),
    queryFn: () => fetchOrganization(id),
  });
  const { data, error } = organization;
  return (
    <Page
      title={data?.name ?? "Organization"}
      aside={
        <Link href="/account" className={buttonClass("quiet")}>
          Your account
        </Link>
      }
    >
      {organization.isPending && <Skeleton className="mt-6 h-80" />}
      {error !== null && <Missing error={error} />}
      {data !== undefined && <Parts organization={data} />}
    </Page>
  );
}

function Missing({ error }: { error: Error }) {
  const unknown = error instanceof ApiProblem && error.code === "not_found";
  return (
    <div className="mt-6">
      <EmptyState
        title={unknown ? "You are not in this organization" : "It could not be loaded"}
        actions={
          <Link href="/account" className={buttonClass("primary")}>
            To your account
          </Link>
        }
      >
        {unknown ? "It may be gone, or you may have been removed." : identityAdvice(error)}
      </EmptyState>
    </div>
  );
}

function Parts({ organization }: { organization: OrganizationDetail }) {
  const { me } = useMe();
  const { id, kind, slug, role } = organization;
  const manages = reaches(role, "admin");
  return (
    <>
      <p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
        <span>{kindWords[kind]}</span>
        <code className="font-mono text-sm">{slug}</code>
        <Badge tone="neutral">Your role: {roleWords[role].toLowerCase()}</Badge>
      </p>
      <div className="mt-2">
        <MembersSection organization={organization} myId={me?.user.id} />
        {manages && <InvitationsSection organization={organization} sendsMail={me?.sendsMail} />}
        {manages && <KeysSection organizationId={id} />}
        <LeaveSection organization={organization} />
      </div>
    </>
  );
}
