import { type ReactNode, useId } from "react";

type SectionProps = {
  title: string;
  /** What it is for, in a sentence. */
  about: ReactNode;
  children: ReactNode;
};

/** One part of a page of settings: what it is on the left, what can be done on the right. */
export function Section({ title, about, children }: SectionProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-12 gap-y-4 border-t border-line py-8 first:border-t-0 lg:grid-cols-[17rem_1fr]"
    >
      <div>
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        <p className="mt-1 max-w-prose text-[0.9375rem] text-muted">{about}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}

/** The surface that a section's forms and lists stand on. */
export function Card({ padded = false, children }: { padded?: boolean; children: ReactNode }) {
  return (
    <div
      className={`overflow-hidden rounded-card border border-line bg-surface ${padded ? "p-5" : ""}`}
    >
      {children}
    </div>
  );
}
