import type { Measurement, Run } from "../../../cost/measured.ts";

const keyOf = ({ module, side, users }: Run) => `${module} ${side} ${users}`;

/**
 * One date's results with new runs among them: a run takes the place of those of the same module, side
 * and number of people, and all others stay. Several new runs of one kind, of several rounds, stay together.
 */
export function mergeRuns(
  before: Measurement | undefined,
  now: Omit<Measurement, "runs">,
  runs: readonly Run[],
): Measurement {
  const renewed = new Set(runs.map(keyOf));
  const kept = (before?.runs ?? []).filter((run) => !renewed.has(keyOf(run)));
  return {
    ...now,
    versions: { ...before?.versions, ...now.versions },
    runs: [...kept, ...runs].sort(
      (a, b) =>
        a.module.localeCompare(b.module) || a.users - b.users || a.side.localeCompare(b.side),
    ),
  };
}
