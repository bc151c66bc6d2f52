import { useMutation, useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { ApiProblem } from "../api/problem.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useToast } from "../ui/toast.tsx";
import { identityAdvice } from "./advice.ts";
import { acceptInvitation, fetchInvitation, rejectInvitation } from "./api.ts";
import { Complaint, Entry, EntryLink } from "./entry.tsx";
import { roleWords } from "./roles.ts";
import { useFreshStart, useMe } from "./use-me.ts";

/** Where an invitation's link leads. */
export default function InvitationPage({ id }: { id: string }) {
  const { me } = useMe();
  const next = encodeURIComponent(`/invitation/${id}`);
  return (
    <Entry title="You are invited" ways={<EntryLink href="/">To the start</EntryLink>}>
      {me === undefined && <Skeleton className="h-24" />}
      {(me === null || me?.user.guest) && (
        <p>
          <EntryLink href={`/sign-in?next=${next}`}>Sign in</EntryLink> or{" "}
          <EntryLink href={`/sign-up?next=${next}`}>make an account</EntryLink> with the address
          that the invitation went to.
        </p>
      )}
      {me && !me.user.guest && <Answer id={id} email={me.user.email ?? ""} />}
    </Entry>
  );
}

function Answer({ id, email }: { id: string; email: string }) {
  const [, navigate] = useLocation();
  const freshStart = useFreshStart();
  const showToast = useToast();
  const invitation = useQuery({
    queryKey: ["invitation", id],
    queryFn: () => fetchInvitation(id),
  });
  const answer = useMutation({
    mutationFn: (yes: boolean) => (yes ? acceptInvitation(id) : rejectInvitation(id)),
    onSuccess: async (_done, yes) => {
      await freshStart();
      showToast(yes ? "You are a member now." : "The invitation is declined.");
      navigate("/account");
    },
  });
  if (invitation.isPending) return <Skeleton className="h-24" />;
  if (invitation.isError) return <p className="text-bad">{adviceOn(invitation.error, email)}</p>;
  return (
    <>
      <p>
        Join <strong>{invitation.data.organizationName}</strong> as{" "}
        {roleWords[invitation.data.role].toLowerCase()}.
      </p>
      <div className="mt-5 flex flex-wrap gap-3">
        <Button variant="primary" busy={answer.isPending} onClick={() => answer.mutate(true)}>
          Join
        </Button>
        <Button busy={answer.isPending} onClick={() => answer.mutate(false)}>
          No, thanks
        </Button>
      </div>
      <Complaint>{answer.isError && identityAdvice(answer.error)}</Complaint>
    </>
  );
}

function adviceOn(error: unknown, email: string): string {
  if (error instanceof ApiProblem && error.code === "not_found")
    return `There is no open invitation here for ${email}. It may have been answered or withdrawn, or it went to another address.`;
  return identityAdvice(error);
}
