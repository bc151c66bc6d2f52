import type { ReactNode } from "react";

/** One thing to do before the first call. */
export function StepCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section
      aria-label={title}
      className="mx-auto max-w-2xl rounded-card border border-line bg-surface p-5 shadow-card sm:p-7"
    >
      <h2 className="text-xl font-semibold tracking-tight">{title}</h2>
      {children}
    </section>
  );
}
