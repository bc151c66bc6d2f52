import { levelName } from "./events.ts";
import { dateOf, dayOf, type PlannedSession, type World } from "./plan.ts";

/** What is true of one day, in the names of `AnalyticsDay` (protocol/analytics/metrics.ts). */
export interface DayTruth {
  events: number;
  errors: number;
  players: number;
  newPlayers: number;
  sessions: number;
  session_ms: number;
}

export interface RevenueTruth {
  purchases: number;
  purchased_minor: number;
  refunds: number;
  refunded_minor: number;
}

export interface LevelTruth {
  starts: number;
  completes: number;
  fails: number;
  quits: number;
  duration_ms: number;
  /** Different players who started it, those of them who completed it, and those who completed it. */
  players: number;
  passed: number;
  winners: number;
  /** Attempts that the winners took together, up to their first completion. */
  winAttempts: number;
}

export interface Truth {
  readonly days: ReadonlyMap<string, DayTruth>;
  /** By date and currency, `2026-09-01 EUR`. */
  readonly revenue: ReadonlyMap<string, RevenueTruth>;
  readonly levels: ReadonlyMap<string, LevelTruth>;
  /** By date of the first day: how many came, and how many were back after so many days. */
  readonly cohorts: ReadonlyMap<string, readonly number[]>;
}

/**
 * Counts a plan, in the plainest way there is: one pass over it, with sets of players in memory. It
 * knows neither events nor SQL.
 */
export function truthOf(world: World): Truth {
  const days = new Map<string, DayTruth>();
  const revenue = new Map<string, RevenueTruth>();
  const levels = new Map<string, LevelTruth>();
  const cohorts = new Map<string, number[]>();
  const dayAt = (at_ms: number) => kept(days, dateOf(world, dayOf(world, at_ms)), emptyDay);
  for (const { cohort, sessions } of world.players) {
    const active = new Set<number>();
    for (const session of sessions) {
      for (const at_ms of rawMoments(session)) {
        dayAt(at_ms).events += 1;
        active.add(dayOf(world, at_ms));
      }
      for (const { at_ms } of session.errors) dayAt(at_ms).errors += 1;
      const begun = dayAt(session.start_ms);
      begun.sessions += 1;
      begun.session_ms += lengthOf(session);
      countRevenue(world, session, revenue, active);
    }
    for (const day of active) kept(days, dateOf(world, day), emptyDay).players += 1;
    kept(days, dateOf(world, cohort), emptyDay).newPlayers += 1;
    const back = kept(cohorts, dateOf(world, cohort), () =>
      Array.from({ length: world.days - cohort }, () => 0),
    );
    for (const day of active) back[day - cohort] = (back[day - cohort] ?? 0) + 1;
    countLevels(sessions, levels);
  }
  return { days, revenue, levels, cohorts };
}

/** When a session leaves something behind that counts as an event. Heartbeats and money do not. */
function rawMoments(session: PlannedSession): readonly number[] {
  return [
    session.start_ms,
    ...session.marks.map(({ at_ms }) => at_ms),
    ...session.errors.map(({ at_ms }) => at_ms),
    ...session.attempts.flatMap(({ start_ms, duration_ms, outcome }) =>
      outcome === undefined ? [start_ms] : [start_ms, start_ms + duration_ms],
    ),
    ...(session.end_ms === undefined ? [] : [session.end_ms]),
  ];
}

/** A session that never said goodbye ends with its last sign of life. */
function lengthOf({ start_ms, end_ms, heartbeats_ms }: PlannedSession): number {
  return (end_ms ?? heartbeats_ms.at(-1) ?? start_ms) - start_ms;
}

function countRevenue(
  world: World,
  { purchases }: PlannedSession,
  revenue: Map<string, RevenueTruth>,
  active: Set<number>,
): void {
  const at = (at_ms: number, currency: string) => {
    active.add(dayOf(world, at_ms));
    return kept(revenue, `${dateOf(world, dayOf(world, at_ms))} ${currency}`, emptyRevenue);
  };
  for (const { at_ms, refundedAt_ms, currency, amount_minor } of purchases) {
    const bought = at(at_ms, currency);
    bought.purchases += 1;
    bought.purchased_minor += amount_minor;
    if (refundedAt_ms === undefined) continue;
    const given = at(refundedAt_ms, currency);
    given.refunds += 1;
    given.refunded_minor += amount_minor;
  }
}

function countLevels(sessions: readonly PlannedSession[], levels: Map<string, LevelTruth>): void {
  const started = new Set<number>();
  const won = new Set<number>();
  for (const planned of sessions.flatMap(({ attempts }) => attempts)) {
    const truth = kept(levels, levelName(planned.level), emptyLevel);
    truth.starts += 1;
    if (!started.has(planned.level)) truth.players += 1;
    started.add(planned.level);
    if (planned.outcome === undefined) continue;
    truth.duration_ms += planned.duration_ms;
    if (planned.outcome === "fail") truth.fails += 1;
    if (planned.outcome === "quit") truth.quits += 1;
    if (planned.outcome !== "complete") continue;
    truth.completes += 1;
    if (won.has(planned.level)) continue;
    won.add(planned.level);
    truth.winners += 1;
    if (started.has(planned.level)) truth.passed += 1;
    truth.winAttempts += planned.attempt;
  }
}

/**
 * How many players got how far in a funnel: each step after the one before it, all within a time from
 * the first, trying from every first step that a player took.
 * @param matches for each step, the moments at which a player took it, in order
 */
export function funnelTruth(
  world: World,
  matches: readonly ((sessions: readonly PlannedSession[]) => readonly number[])[],
  window_ms: number,
): readonly number[] {
  const reached = matches.map(() => 0);
  for (const { sessions } of world.players) {
    const taken = matches.map((match) => match(sessions));
    const furthest = Math.max(
      0,
      ...(taken[0] ?? []).map((first_ms) => stepsFrom(first_ms, taken, window_ms)),
    );
    for (let step = 0; step < furthest; step += 1) reached[step] = (reached[step] ?? 0) + 1;
  }
  return reached;
}

function stepsFrom(
  first_ms: number,
  taken: readonly (readonly number[])[],
  window_ms: number,
): number {
  let at_ms = first_ms;
  for (const [step, moments] of taken.entries()) {
    if (step === 0) continue;
    const next_ms = moments.find((moment) => moment > at_ms && moment <= first_ms + window_ms);
    if (next_ms === undefined) return step;
    at_ms = next_ms;
  }
  return taken.length;
}

function kept<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

const emptyDay = (): DayTruth => ({
  ...{ events: 0, errors: 0, players: 0, newPlayers: 0, sessions: 0, session_ms: 0 },
});
const emptyRevenue = (): RevenueTruth => ({
  ...{ purchases: 0, purchased_minor: 0, refunds: 0, refunded_minor: 0 },
});
const emptyLevel = (): LevelTruth => ({
  ...{ starts: 0, completes: 0, fails: 0, quits: 0 },
  ...{ duration_ms: 0, players: 0, passed: 0, winners: 0, winAttempts: 0 },
});
