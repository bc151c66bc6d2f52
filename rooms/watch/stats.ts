import {
  addDrift,
  driftPercentile_ms,
  noDrift,
  type Report,
  summarizeDrift,
} from "../../protocol/watch/report.ts";
import type { RoomStats } from "../../protocol/watch/request.ts";
import { keys } from "./keys.ts";
import { rtt_ms_cap, rtt_ms_floor, rtt_ms_step, statsStore_ms_min } from "./limits.ts";
import { presentOf, putMember } from "./members.ts";
import type { Speaker, Turn } from "./turn.ts";
import type { Heard, Stats, WatchState } from "./types.ts";

export function newStats(since_ms: number): Stats {
  return {
    since_ms,
    stored_ms: since_ms,
    messages: 0,
    peak: 0,
    ...nothingHeard(),
    told: nothingHeard(),
  };
}

function nothingHeard(): Heard {
  return { drift: noDrift(), corrections: 0, stalls: 0, resumes: 0, gateWaits: 0 };
}

/** Adds what a page noticed to what the room knows of itself. */
export function fold(turn: Turn, { member }: Speaker, report: Report): void {
  const { stats, drifts } = turn.fleeting;
  const drift_ms = driftPercentile_ms(report.drift, 0.5);
  turn.note({
    unstored: "reports",
    drifts: drift_ms === null ? drifts : new Map(drifts).set(member.id, drift_ms),
    stats: {
      ...stats,
      drift: addDrift(stats.drift, report.drift),
      corrections: stats.corrections + report.corrections,
      stalls: stats.stalls + report.stalls,
      resumes: stats.resumes + report.resumes,
      gateWaits: stats.gateWaits + report.gateWaits,
    },
  });
  if (report.rtt_ms !== undefined) setRtt(turn, member.id, report.rtt_ms);
}

/**
 * Keeps how slow a member's line is, in steps, so that it is written only when it decides something:
 * most lines are below the floor, and never written at all.
 */
export function setRtt(turn: Turn, memberId: string, rtt_ms: number): void {
  const member = turn.kept.members.get(memberId);
  const stepped_ms = Math.ceil(rtt_ms / rtt_ms_step) * rtt_ms_step;
  const bounded_ms = Math.min(Math.max(stepped_ms, rtt_ms_floor), rtt_ms_cap);
  if (member === undefined || member.rtt_ms === bounded_ms) return;
  putMember(turn, { ...member, rtt_ms: bounded_ms });
}

export function countMessage(turn: Turn): void {
  const { stats, unstored } = turn.fleeting;
  turn.note({
    stats: { ...stats, messages: stats.messages + 1 },
    unstored: unstored === "nothing" ? "messages" : unstored,
  });
}

/** Remembers how many there were at most. */
export function countPeak(turn: Turn): void {
  const { stats } = turn.fleeting;
  const people = turn.kept.members.size;
  if (people > stats.peak) turn.note({ stats: { ...stats, peak: people }, unstored: "reports" });
}

/**
 * Stores statistics now and then: a row is billed, and they may lose the last two minutes before a
 * sleep. When the last person goes, they are complete.
 */
export function storeStats(turn: Turn): void {
  const { stats, unstored } = turn.fleeting;
  const waited = turn.now_ms - stats.stored_ms >= statsStore_ms_min;
  const due =
    turn.kept.members.size === 0 ? unstored !== "nothing" : unstored === "reports" && waited;
  if (!due || turn.kept.options === null) return;
  const told = turn.kept.members.size === 0 ? tell(turn, stats) : stats.told;
  const stored = { ...stats, told, stored_ms: turn.now_ms };
  turn.keep({}, { [keys.stats]: stored });
  turn.note({ stats: stored, unstored: "nothing" });
}

/**
 * Has what was heard since the last time added to the figures of all rooms, once: a task that fails
 * is not repeated, for twice would be worse than never.
 * @returns what they have then
 */
function tell(turn: Turn, { told, drift, corrections, stalls, resumes, gateWaits }: Stats): Heard {
  const heard = {
    drift: drift.map((count, bucket) => count - (told.drift[bucket] ?? 0)),
    corrections: corrections - told.corrections,
    stalls: stalls - told.stalls,
    resumes: resumes - told.resumes,
    gateWaits: gateWaits - told.gateWaits,
  };
  const { drift: news, ...counts } = heard;
  if ([...news, ...Object.values(counts)].every((count) => count === 0)) return told;
  turn.effects.push({ type: "task", task: { type: "tell", heard } });
  return { drift, corrections, stalls, resumes, gateWaits };
}

/** How the room does, for functions. */
export function statsReply({ kept, fleeting }: WatchState, now_ms: number): RoomStats {
  const { since_ms, stored_ms: _stored, told: _told, drift, ...counts } = fleeting.stats;
  const used_s = Math.max(1, (now_ms - since_ms) / 1000);
  return {
    people: presentOf(kept).length,
    ...counts,
    messages_per_s: counts.messages / used_s,
    drift: summarizeDrift(drift),
    driftCounts: [...drift],
    server_ms: now_ms,
  };
}
