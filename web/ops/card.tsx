import { type ReactNode, useId } from "react";
import { type Level, levelWords } from "./thresholds.ts";

/** A part of the page with a heading of its own. */
export function Card({
  title,
  note,
  aside,
  children,
}: {
  title: string;
  /** A sentence on what the figures mean. */
  note?: ReactNode;
  /** Beside the heading. */
  aside?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="min-w-0 rounded-card border border-line bg-surface p-4 shadow-card sm:p-5"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {note !== undefined && <p className="mt-0.5 text-sm text-muted">{note}</p>}
      <div className="mt-3">{children}</div>
    </section>
  );
}

/** Figures side by side, each with what it is. */
export function Figures({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(7.5rem,1fr))] gap-x-4 gap-y-3">
      {children}
    </dl>
  );
}

export function Figure({
  label,
  value,
  level,
  children,
}: {
  label: string;
  value: string;
  level?: Level | undefined;
  /** A word or two below. */
  children?: ReactNode;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{label}</dt>
      <dd>
        <span
          className={`text-xl font-semibold tabular-nums ${level === undefined ? "" : `level-${level}`}`}
        >
          {value}
        </span>
        {level !== undefined && <span className="sr-only">, {levelWords[level]}</span>}
        {children !== undefined && <span className="block text-sm text-muted">{children}</span>}
      </dd>
    </div>
  );
}

/** How much of something is used, as a bar in the colour of its level, and in words. */
export function Gauge({
  label,
  value,
  share,
  level,
}: {
  label: string;
  value: string;
  /** From 0 to 1; null when nothing can be said. */
  share: number | null;
  level: Level | null;
}) {
  return (
    <div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-[0.9375rem]">
        <span>{label}</span>
        <span className="tabular-nums">
          {value}
          {level !== null && (
            <span className={`ml-2 font-medium level-${level}`}>{levelWords[level]}</span>
          )}
        </span>
      </div>
      <div aria-hidden="true" className="mt-1 h-2 overflow-hidden rounded-full bg-sunken">
        {share !== null && level !== null && (
          <div
            className={`h-full rounded-full bg-current level-${level}`}
            style={{ width: `${Math.min(100, Math.max(1, share * 100))}%` }}
          />
        )}
      </div>
    </div>
  );
}
