import { useMutation } from "@tanstack/react-query";
import { useSearch } from "wouter";
import { Button } from "../ui/button.tsx";
import { identityAdvice } from "./advice.ts";
import { verifyEmail } from "./api.ts";
import { Complaint, Entry, EntryLink } from "./entry.tsx";
import { useFreshStart } from "./use-me.ts";

/** Where the mailed link leads. It takes a click, for mail scanners open links too. */
export default function VerifyEmailPage() {
  const token = new URLSearchParams(useSearch()).get("token") ?? "";
  const freshStart = useFreshStart();
  const verify = useMutation({ mutationFn: () => verifyEmail(token), onSuccess: freshStart });
  return (
    <Entry
      title="Confirm your address"
      ways={<EntryLink href="/account">To your account</EntryLink>}
    >
      {verify.isSuccess ? (
        <p role="status">Your address is confirmed. Thank you.</p>
      ) : (
        <>
          <Button
            variant="primary"
            busy={verify.isPending}
            className="w-full"
            onClick={() => verify.mutate()}
          >
            This address is mine
          </Button>
          <Complaint>{verify.isError && identityAdvice(verify.error)}</Complaint>
        </>
      )}
    </Entry>
  );
}
