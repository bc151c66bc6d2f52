import { Link } from "wouter";
import { buttonClass } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

/** For somebody new from where somebody banned has been. */
export function AccountRequired({ guest }: { guest: boolean }) {
  return (
    <EmptyState
      title={guest ? "Here you need an account" : "Confirm your mail address first"}
      actions={
        guest ? (
          <>
            <Link href="/sign-up?next=%2Fmatch" className={buttonClass("primary")}>
              Make an account
            </Link>
            <Link href="/sign-in?next=%2Fmatch" className={buttonClass()}>
              Sign in
            </Link>
          </>
        ) : (
          <Link href="/account" className={buttonClass("primary")}>
            To my account
          </Link>
        )
      }
    >
      Somebody was banned who used this network or this device. That may not have been you: with an
      account whose mail address is confirmed you may call at once. Otherwise it ends by itself,
      within a month.
    </EmptyState>
  );
}
