import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import {
  type FunnelReport,
  type FunnelStep,
  funnelStepSchema,
  funnelSteps_max,
} from "../../protocol/analytics/reports.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Complaint } from "../identity/entry.tsx";
import { Card } from "../ops/card.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { fetchFunnel } from "./api.ts";
import "./levels.css";
import { countText, shareText } from "./text.ts";
import type { GameView } from "./view.ts";

const kinds = [
  { value: "session_start", text: "A session begins" },
  { value: "event", text: "An event named" },
  { value: "level_start", text: "Starts the level" },
  { value: "level_complete", text: "Completes the level" },
  { value: "level_fail", text: "Fails the level" },
  { value: "revenue", text: "Buys something" },
  { value: "error", text: "Meets an error" },
] as const;
type Kind = (typeof kinds)[number]["value"];

interface Draft {
  readonly key: number;
  readonly kind: Kind;
  readonly name: string;
}

const windows = [
  { value: "1", text: "Within an hour" },
  { value: "24", text: "Within a day" },
  { value: "168", text: "Within a week" },
  { value: "720", text: "Within 30 days" },
] as const;

/** How many players get through steps of one's own choosing. */
export function FunnelPart({ game, range }: GameView) {
  const [drafts, setDrafts] = useState<readonly Draft[]>([
    { key: 1, kind: "session_start", name: "" },
    { key: 2, kind: "revenue", name: "" },
  ]);
  const [window_h, setWindow] = useState<(typeof windows)[number]["value"]>("168");
  const steps = drafts.flatMap((draft) => stepOf(draft) ?? []);
  const ask = useMutation({
    mutationFn: () => fetchFunnel(game.id, range, steps, Number(window_h)),
  });
  const change = (key: number, next: Partial<Draft>) =>
    setDrafts((old) => old.map((draft) => (draft.key === key ? { ...draft, ...next } : draft)));
  const add = () =>
    setDrafts((old) => [
      ...old,
      { key: Math.max(...old.map(({ key }) => key)) + 1, kind: "event", name: "" },
    ]);
  return (
    <div className="grid items-start gap-4 sm:gap-6 lg:grid-cols-2">
      <Card title="Steps" note="Each after the one before it, all within a time from the first.">
        <ol className="grid gap-3">
          {drafts.map((draft, at) => (
            <StepForm
              key={draft.key}
              place={at + 1}
              draft={draft}
              onChange={(next) => change(draft.key, next)}
              onRemove={
                drafts.length > 2
                  ? () => setDrafts((old) => old.filter(({ key }) => key !== draft.key))
                  : undefined
              }
            />
          ))}
        </ol>
        <div className="mt-3 flex flex-wrap items-end gap-3">
          <Button disabled={drafts.length >= funnelSteps_max} onClick={add}>
            Add a step
          </Button>
          <Select
            label="Time from the first step"
            quiet
            value={window_h}
            options={windows}
            onChoose={setWindow}
          />
          <Button
            variant="primary"
            disabled={steps.length < drafts.length}
            busy={ask.isPending}
            onClick={() => ask.mutate()}
          >
            Count
          </Button>
        </div>
        <Complaint>{ask.isError && identityAdvice(ask.error)}</Complaint>
      </Card>
      {ask.data !== undefined && <Result report={ask.data} />}
    </div>
  );
}

function StepForm({
  place,
  draft,
  onChange,
  onRemove,
}: {
  place: number;
  draft: Draft;
  onChange: (next: Partial<Draft>) => void;
  onRemove: (() => void) | undefined;
}) {
  const named = draft.kind === "event" || draft.kind.startsWith("level");
  return (
    <li className="flex flex-wrap items-start gap-2">
      <Select
        label={`Step ${place}`}
        className="min-w-44 flex-1"
        value={draft.kind}
        options={kinds}
        onChoose={(kind) => onChange({ kind })}
      />
      {named && (
        <Field
          label="Name"
          className="min-w-32 flex-1"
          maxLength={64}
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
      )}
      {onRemove !== undefined && (
        <div className="mt-6">
          <IconButton icon="close" label={`Remove step ${place}`} onClick={onRemove} />
        </div>
      )}
    </li>
  );
}

function stepOf({ kind, name }: Draft): FunnelStep | undefined {
  const [first, status] = kind.split("_");
  const step =
    first === "level"
      ? { kind: "level", level: name, status }
      : kind === "event"
        ? { kind, name }
        : { kind };
  return funnelStepSchema.safeParse(step).data;
}

function Result({ report }: { report: FunnelReport }) {
  return (
    <Card title="Players">
      <ol className="levels grid gap-3">
        {report.steps.map(({ step, players, ofFirst, ofPrevious }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place, and may stand twice
          <li key={at}>
            <div className="flex flex-wrap justify-between gap-x-4">
              <span className="min-w-0 font-medium break-words">{stepText(step)}</span>
              <span className="tabular-nums">
                {countText(players)}
                {at > 0 && (
                  <span className="text-muted">, {shareText(ofPrevious)} of the step before</span>
                )}
              </span>
            </div>
            <div aria-hidden="true" className="level-bar mt-1">
              <div className="level-won" style={{ width: `${100 * (ofFirst ?? 0)}%` }} />
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function stepText(step: FunnelStep): string {
  if (step.kind === "level") return `${step.status} ${step.level}`;
  if (step.kind === "event") return step.name;
  return kinds.find(({ value }) => value === step.kind)?.text ?? step.kind;
}
