import type { ReactNode } from "react";
import { Link } from "wouter";
import { Main, PageHeading } from "../ui/page.tsx";

type EntryProps = {
  title: string;
  /** One sentence under the heading. */
  lead?: ReactNode;
  children: ReactNode;
  /** The ways on from here, under the card. */
  ways?: ReactNode;
};

/** A page with one thing to do: a card in the middle. */
export function Entry({ title, lead, children, ways }: EntryProps) {
  return (
    <Main title={title}>
      <div className="mx-auto w-full max-w-md py-4 sm:py-10">
        <div className="rounded-card border border-line bg-surface p-6 shadow-card sm:p-8">
          <PageHeading className="text-2xl font-semibold tracking-tight">{title}</PageHeading>
          {lead !== undefined && <p className="mt-2 text-muted">{lead}</p>}
          <div className="mt-6">{children}</div>
        </div>
        {ways !== undefined && <div className="mt-5 text-center text-muted">{ways}</div>}
      </div>
    </Main>
  );
}

export function EntryLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="font-medium text-accent underline underline-offset-3">
      {children}
    </Link>
  );
}

/** What went wrong with what was sent; said by screen readers when it comes. */
export function Complaint({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="mt-3 text-sm text-bad empty:hidden">
      {children}
    </p>
  );
}
