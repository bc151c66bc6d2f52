import type { ReactNode } from "react";

type EmptyStateProps = {
  title: string;
  /** What this place is for, or what went wrong, and what to do about it. */
  children: ReactNode;
  /** Buttons and links. */
  actions?: ReactNode;
};

/** A place with nothing in it yet, or a page that cannot be shown. */
export function EmptyState({ title, children, actions }: EmptyStateProps) {
  return (
    <div className="rounded-card border border-dashed border-edge px-6 py-8 text-center">
      <p className="font-semibold">{title}</p>
      <p className="mx-auto mt-1 max-w-prose text-muted">{children}</p>
      {actions !== undefined && (
        <div className="mt-5 flex flex-wrap justify-center gap-3">{actions}</div>
      )}
    </div>
  );
}
