import { z } from "zod";

const count = z.number().int().nonnegative();

/**
 * What a buffer counts. It is written with each flush and with each drop; what was accepted since is
 * counted anew from the rows that wait. A buffer that dies may forget how many batches it refused
 * since, and nothing else.
 */
export const bufferStatsSchema = z.object({
  accepted_events: count,
  flushed_events: count,
  flushes: count,
  failedFlushes: count,
  flushes_ms: z.array(count),
  lastFlushAt_ms: z.number().nullable(),
  refused_batches: count,
  drops: z.record(z.string(), count),
  /** When the session that has been silent for longest, of those known to be open, was last seen. */
  openSeen_ms: z.number().nullable(),
  /** Until when a tail wants to hear of events. */
  listenUntil_ms: z.number(),
  /** When it was last asked to tell; what older buffers have on their disks does not say. */
  listenSince_ms: z.number().default(0),
  /** What it last said of itself to whoever watches over all buffers; null for nothing yet. */
  told: z.object({ at_ms: z.number(), failing: z.boolean() }).nullable().default(null),
});
export type BufferStats = z.infer<typeof bufferStatsSchema>;

export const freshStats: BufferStats = {
  accepted_events: 0,
  flushed_events: 0,
  flushes: 0,
  failedFlushes: 0,
  flushes_ms: [],
  lastFlushAt_ms: null,
  refused_batches: 0,
  drops: {},
  openSeen_ms: null,
  listenUntil_ms: 0,
  listenSince_ms: 0,
  told: null,
};

const kept_max = 20;

export function withFlush(
  stats: BufferStats,
  events: number,
  took_ms: number,
  now_ms: number,
): BufferStats {
  return {
    ...stats,
    flushes: stats.flushes + 1,
    flushed_events: stats.flushed_events + events,
    flushes_ms: [...stats.flushes_ms, Math.max(0, Math.round(took_ms))].slice(-kept_max),
    lastFlushAt_ms: now_ms,
  };
}

/** Counts after a wake. @param kept_events what is on disk: acknowledged, and not in the database */
export function withKept(stats: BufferStats, kept_events: number): BufferStats {
  const accepted_events = Math.max(stats.accepted_events, stats.flushed_events + kept_events);
  return { ...stats, accepted_events };
}

export function withDrops(
  stats: BufferStats,
  drops: Readonly<Record<string, number>>,
): BufferStats {
  const sums = { ...stats.drops };
  for (const [reason, amount] of Object.entries(drops)) sums[reason] = (sums[reason] ?? 0) + amount;
  return { ...stats, drops: sums };
}

/** The earlier of two moments, either of which may not be known. */
export function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** How often a buffer says how it stands: seldom when it is well, for each time is three commands. */
const tell_ms = { well: 600_000, failing: 60_000 } as const;

/** Whether a buffer is to say how it stands. @param failing whether it holds what it cannot write */
export function isToTell({ told }: BufferStats, failing: boolean, now_ms: number): boolean {
  if (told === null || told.failing !== failing) return true;
  return now_ms - told.at_ms >= (failing ? tell_ms.failing : tell_ms.well);
}
