import { useMutation } from "@tanstack/react-query";
import { goOnAsGuest } from "../../identity/api.ts";
import { Complaint, EntryLink } from "../../identity/entry.tsx";
import { useFreshStart } from "../../identity/use-me.ts";
import { Button } from "../../ui/button.tsx";
import { matchAdvice } from "../words.ts";
import { StepCard } from "./card.tsx";

const promises = [
  "One person at a time, from browser to browser: picture and sound do not pass through a server.",
  "You choose whom you would like to meet; what you ask for gives way step by step, in plain sight.",
  "One tap ends it, goes on to somebody else, or keeps somebody away from you for good.",
] as const;

/** For somebody who is nobody here yet: in with one tap. */
export function WelcomeStep() {
  const freshStart = useFreshStart();
  const enter = useMutation({ mutationFn: goOnAsGuest, onSuccess: freshStart });
  return (
    <StepCard title="A video call with somebody you do not know">
      <ul className="mt-4 space-y-2.5">
        {promises.map((promise) => (
          <li key={promise} className="flex gap-3">
            <span aria-hidden="true" className="mt-2.5 size-1.5 shrink-0 rounded-full bg-accent" />
            {promise}
          </li>
        ))}
      </ul>
      <Button
        variant="primary"
        busy={enter.isPending}
        className="mt-6 w-full sm:w-auto"
        onClick={() => enter.mutate()}
      >
        Go on as a guest
      </Button>
      <p className="mt-3 text-sm text-muted">
        No address, no password. Or <EntryLink href="/sign-in?next=%2Fmatch">sign in</EntryLink>{" "}
        with an account, and find your history on every device.
      </p>
      <Complaint>{enter.isError && matchAdvice(enter.error)}</Complaint>
    </StepCard>
  );
}
