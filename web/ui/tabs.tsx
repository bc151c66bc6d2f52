import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

export type Tab = {
  readonly id: string;
  readonly title: string;
  /** How many are in there, or how many are new. */
  readonly count?: number | undefined;
  readonly content: ReactNode;
};

type TabsProps = {
  /** What the tabs have in common; read by screen readers. */
  label: string;
  tabs: readonly Tab[];
  onChange?: (id: string) => void;
};

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * One of several panels at a time (the tabs pattern of the WAI-ARIA Authoring Practices). Panels
 * that are not shown stay in the page, so that what was typed or scrolled in them is kept.
 */
export function Tabs({ label, tabs, onChange }: TabsProps) {
  const base = useId();
  const [chosen, setChosen] = useState(tabs[0]?.id);
  const choose = (id: string) => {
    setChosen(id);
    onChange?.(id);
  };
  const keyed = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(({ id }) => id === chosen);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    choose(next.id);
    document.getElementById(`${base}-${next.id}-tab`)?.focus();
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div
        role="tablist"
        aria-label={label}
        onKeyDown={keyed}
        className="grid shrink-0 auto-cols-fr grid-flow-col border-b border-line"
      >
        {tabs.map(({ id, title, count }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${base}-${id}-tab`}
            aria-selected={id === chosen}
            aria-controls={`${base}-${id}`}
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => choose(id)}
            className="-mb-px min-h-11 border-b-2 border-transparent px-3 font-medium text-muted hover:text-ink aria-selected:border-accent aria-selected:text-ink"
          >
            {title} <span className="font-normal text-muted tabular-nums">{count || ""}</span>
          </button>
        ))}
      </div>
      {tabs.map(({ id, content }) => (
        <div
          key={id}
          role="tabpanel"
          id={`${base}-${id}`}
          aria-labelledby={`${base}-${id}-tab`}
          hidden={id !== chosen}
          className="min-h-0 flex-1 flex-col not-[[hidden]]:flex"
        >
          {content}
        </div>
      ))}
    </div>
  );
}
