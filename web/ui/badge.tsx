import type { ReactNode } from "react";

export type Tone = "good" | "warn" | "bad" | "neutral";

const dots: Record<Tone, string> = {
  good: "bg-good",
  warn: "bg-warn",
  bad: "bg-bad",
  neutral: "bg-edge",
};

/** A state in a word or two, with a dot whose colour only repeats what the words say. */
export function Badge({
  tone,
  busy = false,
  children,
}: {
  tone: Tone;
  busy?: boolean;
  children: ReactNode;
}) {
  return (
    <span className="inline-flex items-center gap-2 text-sm whitespace-nowrap">
      <span
        aria-hidden="true"
        className={`size-2 shrink-0 rounded-full ${dots[tone]} ${busy ? "motion-safe:animate-breathe" : ""}`}
      />
      {children}
    </span>
  );
}
