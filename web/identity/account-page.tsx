import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import type { Me } from "../../protocol/identity/account.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useToast } from "../ui/toast.tsx";
import { identityAdvice } from "./advice.ts";
import { signOut } from "./api.ts";
import { DataSection } from "./data-section.tsx";
import { KeysSection } from "./keys-section.tsx";
import { OrganizationsSection } from "./organizations-section.tsx";
import { PasswordSection } from "./password-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { useFreshStart, useMe } from "./use-me.ts";

/** Who I am here, what is mine, and who may act for me. */
export default function AccountPage() {
  const { me, error, askAgain } = useMe();
  return (
    <Page
      title="Your account"
      aside={
        me && (
          <div className="flex flex-wrap items-center gap-3">
            {me.operator && (
              <Link href="/ops" className={buttonClass()}>
                Operations
              </Link>
            )}
            <SignOutButton />
          </div>
        )
      }
    >
      {me === undefined && error === null && <Skeleton className="mt-6 h-80" />}
      {error !== null && me === undefined && (
        <div className="mt-6">
          <EmptyState
            title="Your account could not be loaded"
            actions={<Button onClick={() => void askAgain()}>Try again</Button>}
          >
            {identityAdvice(error)}
          </EmptyState>
        </div>
      )}
      {me === null && <SignedOut />}
      {me && <Sections me={me} />}
    </Page>
  );
}

function SignedOut() {
  return (
    <div className="mt-6">
      <EmptyState
        title="Nobody is signed in"
        actions={
          <>
            <Link href="/sign-in" className={buttonClass("primary")}>
              Sign in
            </Link>
            <Link href="/sign-up" className={buttonClass()}>
              Make an account
            </Link>
          </>
        }
      >
        Sign in to see your profile, your organizations and your keys.
      </EmptyState>
    </div>
  );
}

function Sections({ me }: { me: Me }) {
  const { guest } = me.user;
  return (
    <>
      {guest && <GuestNote />}
      <div className="mt-2">
        <ProfileSection user={me.user} sendsMail={me.sendsMail} />
        {!guest && <OrganizationsSection organizations={me.organizations} />}
        {!guest && <KeysSection />}
        {!guest && <PasswordSection />}
        <SessionsSection />
        <DataSection user={me.user} />
      </div>
    </>
  );
}

function GuestNote() {
  return (
    <div className="mt-4 flex flex-wrap items-center justify-between gap-4 rounded-card bg-accent-soft p-5">
      <p className="max-w-prose">
        <strong className="font-semibold">You are a guest.</strong> This browser alone knows you.
        Make an account, and everything you made stays yours.
      </p>
      <Link href="/sign-up" className={buttonClass("primary")}>
        Make an account
      </Link>
    </div>
  );
}

function SignOutButton() {
  const freshStart = useFreshStart();
  const [, navigate] = useLocation();
  const showToast = useToast();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await freshStart();
      navigate("/sign-in");
    },
    onError: (error) => showToast(identityAdvice(error)),
  });
  return (
    <Button busy={leave.isPending} onClick={() => leave.mutate()}>
      Sign out
    </Button>
  );
}
