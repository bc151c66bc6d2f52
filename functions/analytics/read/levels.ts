import type { LevelFigures } from "../../../db/queries/analytics-metrics.ts";
import type { LevelReport, LevelsReport } from "../../../protocol/analytics/reports.ts";

const naturally = new Intl.Collator("en", { numeric: true });

/** Levels in the natural order of their names (`level-2` before `level-10`), with their rates. */
export function levelsOf(figures: readonly LevelFigures[], limit: number): LevelsReport {
  const levels = figures.slice(0, limit).map(levelOf);
  levels.sort((a, b) => naturally.compare(a.level, b.level));
  return { levels, more: figures.length > limit };
}

function levelOf(figures: LevelFigures): LevelReport {
  const { level, starts, completes, fails, quits, players, passed, winners } = figures;
  return {
    ...{ level, starts, completes, fails, quits, players, passed, winners },
    winRate: share(completes, completes + fails + quits),
    // Of the same people: winners may have begun before the range, and do not make up for others.
    dropOff: share(players - passed, players),
    attemptsToWin: share(figures.winAttempts, winners),
    attempt_ms: share(figures.duration_ms, figures.timed),
    score: share(figures.score, figures.scored),
  };
}

/** A part of a whole, or null for the part of nothing. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
