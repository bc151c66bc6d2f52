import { type Random, seededRandom } from "../../platform/testing/random.ts";
import { day_ms, type PlannedPlayer, type PlannedSession, type World } from "./plan.ts";
import { type Progress, planSession } from "./session.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly players: number;
  /** `2026-09-01` for instance, in UTC. */
  readonly firstDate: string;
}

const installDays = 30;
const days = installDays + 1;
export const levels = 40;

/** How many of a cohort are back after so many days: a power law, as most free games have it. */
export function returning(cohortSize: number, age_days: number): number {
  return Math.floor(cohortSize * 0.38 * age_days ** -0.72);
}

/**
 * Draws a game's first month: who installs on which day, who comes back when, and what they do.
 * The sizes of cohorts and of their returns are exact, not left to chance: so the retention curve is
 * known before anybody plays.
 */
export function makeWorld({ seed, players, firstDate }: WorldOptions): World {
  const random = seededRandom(seed);
  const begin_ms = Date.parse(`${firstDate}T00:00:00Z`);
  const sizes = cohortSizes(players);
  const all: PlannedPlayer[] = [];
  for (const [cohort, size] of sizes.entries()) {
    const active = Array.from({ length: size }, () => [cohort]);
    for (let day = cohort + 1; day < days; day += 1)
      for (const index of drawn(random, size, returning(size, day - cohort)))
        active[index]?.push(day);
    for (const playerDays of active) {
      const id = `player-${String(all.length).padStart(5, "0")}`;
      all.push({ id, cohort, sessions: planSessions(random, id, playerDays, begin_ms) });
    }
  }
  return { seed, begin_ms, installDays, days, levels, players: all };
}

/** Installs a day: many at the launch, fewer every day, all of them given out to the last one. */
export function cohortSizes(players: number): readonly number[] {
  const weights = Array.from({ length: installDays }, (_, day) => 1 / (1 + day / 6));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const sizes = weights.map((weight) => Math.floor((players * weight) / sum));
  const given = sizes.reduce((total, size) => total + size, 0);
  return sizes.map((size, day) => (day < players - given ? size + 1 : size));
}

/** Different whole numbers below a bound, drawn by a partial Fisher-Yates shuffle. */
function drawn(random: Random, below: number, count: number): readonly number[] {
  const pool = Array.from({ length: below }, (_, index) => index);
  for (let at = 0; at < count; at += 1) {
    const other = at + random.below(below - at);
    const [a, b] = [pool[at], pool[other]];
    if (a === undefined || b === undefined) throw new RangeError("more drawn than there are");
    pool[at] = b;
    pool[other] = a;
  }
  return pool.slice(0, count);
}

/** One or two sessions a day; the last of a day may reach over midnight if the player is back then. */
function planSessions(
  random: Random,
  playerId: string,
  playerDays: readonly number[],
  begin_ms: number,
): readonly PlannedSession[] {
  const sessions: PlannedSession[] = [];
  const progress: Progress = { level: 1, attempt: 0, ended: false };
  for (const [at, day] of playerDays.entries()) {
    const midnight_ms = begin_ms + day * day_ms;
    const count = random.next() < 0.2 ? 2 : 1;
    const backTomorrow = playerDays[at + 1] === day + 1;
    const late = backTomorrow && random.next() < 0.1;
    for (let nth = 0; nth < count; nth += 1) {
      const last = nth === count - 1;
      const start_ms =
        late && last
          ? midnight_ms + day_ms - 60_000 - random.below(120_000)
          : midnight_ms + (nth * 10 + 1) * 3_600_000 + random.below(8 * 3_600_000);
      const key = `${playerId}-${day}-${nth}`;
      sessions.push(
        planSession(random, { key, day, start_ms, progress, first: sessions.length === 0 }),
      );
    }
  }
  return sessions;
}
