import type { Random } from "../../../platform/testing/random.ts";
import { sessionSilence_ms } from "../../../protocol/analytics/limits.ts";
import { type NewBatch, pack } from "../../../rooms/analytics/buffer/chunk.ts";
import {
  nextAlarm,
  nextSlice,
  type Slice,
  sliceLimits,
  steady,
  type WaitingChunk,
} from "../../../rooms/analytics/plan.ts";
import { nextBatch_events, settings } from "./buffer-load.ts";
import { ceilings, habits, playerBatches_per_s } from "./load.ts";

const tick_ms = 50;

interface Shard {
  /** Chunks on its disk, the oldest first; the last one may be open. */
  readonly chunks: WaitingChunk[];
  isOpen: boolean;
  events: number;
  /** What came since it began to write, or since ever. */
  due: { events: number; oldestAt_ms: number };
  /** While it writes: the slice that stands in line for the lock, and up to which chunk it goes on. */
  flush: { readonly slice: Slice; readonly lastId: number } | undefined;
}

export interface LockFigures {
  /** Events on the disks of all buffers, at the end of each minute. */
  readonly waiting: readonly number[];
  /** The share of time for which the lock was held. */
  readonly busy: number;
}

/**
 * The buffers of one game before the lock that their transactions take in turn: each keeps chunks and
 * plans its slices as the real one does, and a slice holds the lock as long as its rows take to be
 * written.
 */
export function lockRun(
  random: Random,
  { players, shards, minutes }: { players: number; shards: number; minutes: number },
): LockFigures {
  const buffers = Array.from({ length: shards }, newShard);
  const batches_per_tick = (players * playerBatches_per_s * tick_ms) / 1_000;
  const line: Shard[] = [];
  const waiting: number[] = [];
  let [owed, freeAt_ms, held_ms] = [0, 0, 0];
  for (let now_ms = 0; now_ms < minutes * 60_000; now_ms += tick_ms) {
    for (owed += batches_per_tick; owed >= 1; owed -= 1) take(random.pick(buffers), random, now_ms);
    for (const buffer of buffers)
      if (buffer.flush === undefined && isDue(buffer, now_ms)) {
        begin(buffer);
        line.push(buffer);
      }
    while (freeAt_ms <= now_ms) {
      const next = line.shift();
      if (next?.flush === undefined) break;
      const takes_ms =
        (ceilings.commit_s + next.flush.slice.events / ceilings.flushed_per_s) * 1_000;
      freeAt_ms = Math.max(freeAt_ms, now_ms - tick_ms) + takes_ms;
      held_ms += takes_ms;
      if (goOn(next, next.flush, now_ms)) line.push(next);
    }
    if ((now_ms + tick_ms) % 60_000 === 0)
      waiting.push(buffers.reduce((sum, { events }) => sum + events, 0));
  }
  return { waiting, busy: held_ms / (minutes * 60_000) };
}

const newShard = (): Shard => ({
  ...{ chunks: [], isOpen: false, events: 0, flush: undefined },
  due: { events: 0, oldestAt_ms: 0 },
});

/** A batch comes: it joins the open chunk, or begins one. */
function take(buffer: Shard, random: Random, now_ms: number): void {
  const batch = batchOf(nextBatch_events(random));
  const open = buffer.isOpen ? buffer.chunks.at(-1) : undefined;
  const joins = (pack(open, [batch])[0] ?? []).length > 0;
  const { id, events, bytes } =
    joins && open !== undefined
      ? open
      : { id: (buffer.chunks.at(-1)?.id ?? buffer.flush?.lastId ?? 0) + 1, events: 0, bytes: 0 };
  if (joins) buffer.chunks.pop();
  const size = { events: batch.uuids.length, bytes: batch.rows.length };
  buffer.chunks.push({ id, events: events + size.events, bytes: bytes + size.bytes });
  buffer.isOpen = true;
  buffer.events += size.events;
  if (buffer.due.events === 0) buffer.due.oldestAt_ms = now_ms;
  buffer.due.events += size.events;
}

/** A batch of which nothing counts but its size. */
const batchOf = (events: number): NewBatch => ({
  uuids: Array.from({ length: events }, () => ""),
  ...{ days: [], idempotencyKey: undefined },
  rows: " ".repeat(events * habits.play.event_bytes),
});

function isDue({ due }: Shard, now_ms: number): boolean {
  const at_ms = nextAlarm({
    ...{ now_ms, waiting_events: due.events, oldestAt_ms: due.oldestAt_ms, notBefore_ms: 0 },
    ...{ flushEvery_ms: settings.flushEvery_s * 1_000, flushEvents: settings.flushEvents },
    ...{ openSeen_ms: null, silence_ms: sessionSilence_ms, releaseAt_ms: null },
  });
  return at_ms !== null && at_ms <= now_ms;
}

/** What is on disk now is to be written, slice after slice. */
function begin(buffer: Shard): void {
  const lastId = buffer.chunks.at(-1)?.id ?? 0;
  buffer.due = { events: 0, oldestAt_ms: 0 };
  buffer.flush = { slice: sliceOf(buffer, lastId), lastId };
}

/** The next slice; no batch joins any of the chunks that were looked at for it. */
function sliceOf(buffer: Shard, lastId: number): Slice {
  const waiting = buffer.chunks.slice(0, sliceLimits.chunks_max).filter(({ id }) => id <= lastId);
  if (waiting.at(-1)?.id === buffer.chunks.at(-1)?.id) buffer.isOpen = false;
  return nextSlice(waiting, steady);
}

/** A slice is written. @returns whether the buffer stands in line with another */
function goOn(
  buffer: Shard,
  { slice, lastId }: { readonly slice: Slice; readonly lastId: number },
  now_ms: number,
): boolean {
  buffer.chunks.splice(0, slice.chunks.length);
  buffer.events -= slice.events;
  buffer.flush = { slice: sliceOf(buffer, lastId), lastId };
  if (buffer.flush.slice.events > 0) return true;
  buffer.flush = undefined;
  if (!isDue(buffer, now_ms)) return false;
  begin(buffer);
  return true;
}
