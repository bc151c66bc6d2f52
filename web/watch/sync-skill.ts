import type { Skill } from "./sync-types.ts";

const seek_ms_max = 10_000;
const start_ms_max = 1_000;
/** What is added to the expected time of a seek, so that a usual one is in time. */
const margin_ms = 30;

/** Of a player that has not been seen yet: a quick one, with nothing to go by. */
export const initialSkill: Skill = { seek_ms: 100, seekSpread_ms: 50, start_ms: 50, starts: 0 };

/** How long before it has to be somewhere this player should be sent there. */
export function seekLead_ms({ seek_ms, seekSpread_ms }: Skill): number {
  return seek_ms + 2 * seekSpread_ms + margin_ms;
}

/**
 * The skill after one more seek took `took_ms`: mean and mean deviation, as a retransmission timer
 * learns its line (V. Jacobson, "Congestion avoidance and control", 1988). A seek far slower than
 * was expected is believed at once, or a slow player would be late again and again.
 */
export function learnSeek(skill: Skill, took_ms: number): Skill {
  const sample_ms = Math.min(Math.max(0, took_ms), seek_ms_max);
  if (sample_ms > 2 * seekLead_ms(skill))
    return { ...skill, seek_ms: sample_ms, seekSpread_ms: sample_ms / 8 };
  const off_ms = sample_ms - skill.seek_ms;
  return {
    ...skill,
    seek_ms: skill.seek_ms + off_ms / 4,
    seekSpread_ms: skill.seekSpread_ms + (Math.abs(off_ms) - skill.seekSpread_ms) / 4,
  };
}

/** The skill after one more start took `took_ms`: the first is believed, later ones are averaged in. */
export function learnStart(skill: Skill, took_ms: number): Skill {
  const sample_ms = Math.min(Math.max(0, took_ms), start_ms_max);
  const weight = skill.starts === 0 ? 1 : 0.3;
  return {
    ...skill,
    start_ms: skill.start_ms + (sample_ms - skill.start_ms) * weight,
    starts: skill.starts + 1,
  };
}
