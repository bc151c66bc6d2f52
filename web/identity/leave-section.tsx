import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import type { OrganizationDetail } from "../../protocol/identity/organization.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useToast } from "../ui/toast.tsx";
import { identityAdvice } from "./advice.ts";
import { deleteOrganization, leaveOrganization } from "./api.ts";
import { Complaint } from "./entry.tsx";
import { Card, Section } from "./section.tsx";
import { useFreshStart } from "./use-me.ts";

/** The ways out of an organization: leaving it, and deleting it. */
export function LeaveSection({ organization }: { organization: OrganizationDetail }) {
  const { id, name, role, members } = organization;
  const onlyOwner =
    role === "owner" && members.filter((member) => member.role === "owner").length === 1;
  return (
    <Section title="Leaving" about="What you made for the organization stays with it.">
      <Card>
        {!onlyOwner && (
          <WayOut
            says="Leave, and be invited again to come back."
            button="Leave"
            asks={`Leave ${name}?`}
            end={() => leaveOrganization(id)}
            done={`You have left ${name}.`}
          />
        )}
        {role === "owner" && (
          <WayOut
            says="Delete the organization with everything it has. There is no way back."
            button="Delete it"
            asks={`Delete ${name}?`}
            end={() => deleteOrganization(id)}
            done={`${name} is gone.`}
          />
        )}
      </Card>
    </Section>
  );
}

type WayOutProps = {
  says: string;
  button: string;
  asks: string;
  end: () => Promise<unknown>;
  done: string;
};

function WayOut({ says, button, asks, end, done }: WayOutProps) {
  const [open, setOpen] = useState(false);
  const [, navigate] = useLocation();
  const freshStart = useFreshStart();
  const showToast = useToast();
  const go = useMutation({
    mutationFn: end,
    onSuccess: async () => {
      navigate("/account");
      await freshStart();
      showToast(done);
    },
  });
  return (
    <div className="flex flex-wrap items-center justify-between gap-4 border-t border-line p-5 first:border-t-0">
      <p className="max-w-prose">{says}</p>
      <Button onClick={() => setOpen(true)}>{button}</Button>
      <Dialog open={open} title={asks} onClose={() => setOpen(false)}>
        <p>{says}</p>
        <Button
          variant="danger"
          className="mt-5 w-full"
          busy={go.isPending}
          onClick={() => go.mutate()}
        >
          {button}
        </Button>
        <Complaint>{go.isError && identityAdvice(go.error)}</Complaint>
      </Dialog>
    </div>
  );
}
